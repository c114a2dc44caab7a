"""Structs in arrays in structs.

See https://example.org/shapes?a=b&c=d for more.
"""

import datetime
import enum
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union


class Status(enum.Enum):
    NEW = 'new'
    PAID = 'paid'


class Line(NamedTuple):
    sku: str
    quantity: int = 1
    status: Status = Status.NEW
    shipped: Optional[datetime.datetime] = None


class Node(NamedTuple):
    name: str
    below: List['Node'] = []
    twin: Optional['Node'] = None


class Big(NamedTuple):
    number: int
    data: bytes = b''


class Application:
    """What the fields of a form are for."""

    def lines(self, lines: List[Line], note: str = 'none') -> List[Line]:
        """Return the lines that came.

        Args:
            lines (list): of an order,
                from top to bottom
            note: anything, see https://example.org/notes

        Returns:
            The same lines.
        """
        return lines

    def tree(self, node: Node) -> Node:
        """Return the tree that came."""
        return node

    def union(self, value: Union[int, Line, Big]) -> str:
        """Return the class of what came."""
        return type(value).__name__

    def pairs(self, pair: Tuple[int, str], names: Dict[str, float], tags: List[str] = ()) -> list:
        """Return what came."""
        return [list(pair), names, list(tags)]

    def status(self, status: Status = Status.PAID) -> Status:
        """Return the status that came."""
        return status

    def large(self, members: int = 0, rows: int = 0, columns: int = 0, letters: int = 0) -> Any:
        """Return a struct, an array of arrays, or a string of this size."""
        if members:
            return {'member %d' % number: number for number in range(members)}
        if rows:
            return [list(range(columns)) for _ in range(rows)]
        return 'x' * letters

    def deep(self, levels: int) -> Any:
        """Return arrays within each other."""
        value = 'the ground'
        for _ in range(levels):
            value = [value]
        return value
