"""Methods that stay at one stage of a call until they are disturbed, and say so in a file."""

import os
import select
import sqlite3
import time

from .ledger_place import DATABASE

SECONDS = 20


def reached(path):
    """Say by a file, of which there is never a half, that this process is there."""
    with open(path + '.new', 'w') as file:
        file.write(str(os.getpid()))
    os.rename(path + '.new', path)


class Application:
    def hold(self, path: str) -> int:
        """Come so far as the method, and stay."""
        reached(path)
        time.sleep(SECONDS)
        return 1

    def hold_a_line(self, key: str, path: str) -> int:
        """Write a line of the ledger, and stay before it is for good."""
        connection = sqlite3.connect(DATABASE, timeout=SECONDS)
        with connection:
            number = connection.execute('INSERT INTO line (key) VALUES (?)', (key,)).lastrowid
            reached(path)
            time.sleep(SECONDS)
        return number

    def large(self, size: int, path: str) -> bytes:
        """A large answer; it is then being written."""
        reached(path)
        return b'\0' * size

    def size(self, values: list) -> int:
        """How many values came."""
        return len(values)

    def text(self, size: int) -> str:
        """So many characters, for a reader that takes its time."""
        return 'x' * size

    def sleep(self, seconds: float) -> float:
        """Take so long; not by time.sleep, which libfaketime breaks."""
        select.select([], [], [], seconds)
        return seconds

    def who(self, seconds: float) -> int:
        """The process that answers, after a while in which it takes no other call."""
        time.sleep(seconds)
        return os.getpid()

    def fails(self):
        """Say much in the log."""
        raise ValueError('x' * 10000)

    def fill(self, size: int) -> int:
        """Use so much memory."""
        return len(b'x' * size)

    def hog(self) -> int:
        """Use up all memory, piece by piece."""
        kept = []
        while len(kept) < 1000:
            kept.append(b'x' * 1000000)
        return len(kept)

    def open_all(self) -> int:
        """Use up the descriptors; of many thousands, memory would be used up first."""
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE,
                           (200, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        kept = []
        while True:
            kept.append(open('/dev/null'))

    def write(self, path: str, size: int) -> int:
        """Write a file."""
        with open(path, 'w') as file:
            return file.write('x' * size)
