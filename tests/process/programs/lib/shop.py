"""What the clients of test_stubs.py call: every type, and names that other languages reserve."""

import datetime
import enum
from dataclasses import dataclass, field
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

from xmlrpcgi import Fault


class Size(enum.Enum):
    SMALL = 'S'
    LARGE = 'L'


class Spot(NamedTuple):
    x: int
    y: float = 0.5


@dataclass
class Item:
    name: str
    size: Size = Size.SMALL
    note: str = None
    tags: List[str] = field(default_factory=list)
    parts: List['Item'] = field(default_factory=list)
    at: Optional[Spot] = None


class Application:
    def add(self, a: int, b: int = 3) -> int:
        """Add two numbers.

        Of any size */ ?> \"\"\" \\b "quoted\""""
        return a + b

    def order(self, items: List[Item], when: datetime.datetime = None) -> Item:
        return items[0]

    def find(self, name: str) -> Optional[Item]:
        return Item(name, parts=[Item('part')], at=Spot(1)) if name else None

    def sizes(self) -> Dict[str, Size]:
        return {'a': Size.SMALL}

    def both(self, a: Union[int, str], b: Tuple[int, str] = (1, 'x')) -> Tuple[str, Spot]:
        return str(a), Spot(b[0])

    def list(self, str: bytes = b'', *more) -> List[bytes]:
        return [str]

    def any(self, value):
        return value

    def class_(self, self_: Any = 1) -> None:
        return None

    def spots(self, spots: Dict[str, Spot]) -> Dict[str, List[Spot]]:
        return {name: [spot] for name, spot in spots.items()}

    def when(self, when: datetime.datetime) -> datetime.datetime:
        return when

    def empty(self, struct: dict, array: list) -> List[Any]:
        return [struct, array]

    def three(self, a: int, b: int = 1, c: int = 2) -> int:
        return a + b + c

    def fail(self) -> None:
        raise Fault(42, 'sold out')

    def odd(self, a: str = 3, b: int = -1 << 63, c: float = 1e300) -> str:
        return ''
