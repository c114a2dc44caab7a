# How every client that `stubs python` writes makes its calls: this file is put into it as it is,
# from the next line on.

import dataclasses
import datetime  # noqa: F401
from typing import Any, Dict, List, Literal, Optional, Tuple, Union  # noqa: F401
from xmlrpc.client import ServerProxy


class Unset:
    """Stands for a parameter or member that is not sent: the server takes its default."""

    def __repr__(self) -> str:
        return 'UNSET'

    def __bool__(self) -> bool:
        return False


UNSET: Any = Unset()


class Namespace:
    """Methods of the server that `proxy` calls."""

    def __init__(self, proxy: ServerProxy) -> None:
        self._proxy = proxy

    def _call(self, name: str, *params: Any) -> Any:
        values = list(params)
        while values and values[-1] is UNSET:
            values.pop()
        if any(value is UNSET for value in values):
            raise TypeError('%s: a parameter is given, but one before it is not' % name)
        return self._proxy.__getattr__(name)(*[_sent(value) for value in values])


def _sent(value: Any) -> Any:
    """Return `value` with structs in place of dataclasses."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        members = {field.metadata.get('name', field.name): getattr(value, field.name)
                   for field in dataclasses.fields(value)}
        return {name: _sent(member) for name, member in members.items() if member is not UNSET}
    if isinstance(value, (list, tuple)):
        return [_sent(item) for item in value]
    if isinstance(value, dict):
        return {name: _sent(item) for name, item in value.items()}
    return value
