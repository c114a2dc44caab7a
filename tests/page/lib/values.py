"""Takes and gives every type."""

import datetime
import enum
from typing import Union


class Color(enum.Enum):
    RED = 'red'
    GREEN = 'green'


class Application:
    def add(self, a: int, b: int = 3, c: int = 4) -> int:
        """Return the sum of its numbers."""
        return a + b + c

    def kind(self, value):
        """Return the Python type and value of what came."""
        return '%s %r' % (type(value).__name__, value)

    def echo(self, value):
        """Return what came."""
        return value

    def all(self, i: int, d: float, s: str, b: bool, t: datetime.datetime, x: bytes, a: list,
            m: dict, c: Color, u: Union[int, str], n: Union[None, str]) -> list:
        """Return all that came, as text."""
        return [repr(value) for value in (i, d, s, b, t, x, a, m, c, u, n)]

    def join(self, first: str, *rest: str) -> str:
        """Return the words in a line."""
        return ' '.join((first,) + rest)

    def many(self, count: int = 1000) -> list:
        """Return so many numbers."""
        return list(range(count))
