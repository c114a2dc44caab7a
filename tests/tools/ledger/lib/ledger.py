"""An application whose calls must not be repeated: each adds a line to a SQLite ledger."""

import sqlite3

from .ledger_place import DATABASE  # written by tests.tools.ledger.install

SECONDS = 20                            # for the lock that another call holds


class Application:
    def add(self, key: str) -> int:
        """Add a line; return its number when it is on the disk."""
        connection = sqlite3.connect(DATABASE, timeout=SECONDS)
        try:
            with connection:
                return connection.execute('INSERT INTO line (key) VALUES (?)', (key,)).lastrowid
        finally:
            connection.close()
