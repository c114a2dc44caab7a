"""Dates and binaries as the standard library's wrapper classes, for code that expects those."""

from datetime import datetime
from xmlrpc.client import Binary, DateTime


def wrapped(value):
    """Return `value` with bytes as Binary and datetime as DateTime, lists and dicts through."""
    if isinstance(value, bytes):
        return Binary(value)
    if isinstance(value, datetime):
        from .dates import render
        return DateTime(render(value))
    if isinstance(value, list):
        return [wrapped(item) for item in value]
    if isinstance(value, dict):
        return {name: wrapped(item) for name, item in value.items()}
    return value
