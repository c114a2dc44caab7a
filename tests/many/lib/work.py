"""What members are asked for in tests/many."""

import os
import signal
import time

from .ledger import Application as Ledger


class Application:
    def nap(self, seconds: float) -> float:
        """Return after so many seconds."""
        time.sleep(seconds)
        return seconds

    def add_and_nap(self, key: str, seconds: float) -> int:
        """Add a line to the ledger; return its number after so many seconds."""
        number = Ledger().add(key)
        time.sleep(seconds)
        return number

    def note(self, key: str) -> bool:
        """Write the key down in a way that needs no lock."""
        with open('/srv/data/notes', 'a') as file:      # one write, at the file's end
            return file.write(key + '\n') > 0

    def seen(self, request) -> dict:
        """What the member sees of the client."""
        return {'address': request.remote_addr, 'https': request.https,
                'headers': dict(request.headers)}

    def text(self, size: int) -> str:
        return 'x' * size

    def size(self, text: str) -> int:
        return len(text)

    def die(self) -> None:
        """Take the process down."""
        os.kill(os.getpid(), signal.SIGKILL)
