"""Values as JSON, for files and browsers: what JSON lacks is a string."""

import base64
import json
import math
import re

# What a terminal obeys or shows out of order: controls, directions, line ends, surrogates.
OBEYED = re.compile('[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069'
                    '\ud800-\udfff]')


def as_json(value, sort=False):
    """Return `value` as strict JSON: bytes as a string of base64, dates as ISO 8601 strings.

    Numbers that JSON does not have are strings too: "nan", "inf". sort (bool): members by their
    names.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain, allow_nan=False,
                          sort_keys=sort)
    except ValueError:
        text = json.dumps(_without_nan(value), ensure_ascii=False, indent=2, default=_plain,
                          sort_keys=sort)
    return clean_json(text)


def clean_json(text):
    """Return the JSON `text` with the characters of OBEYED escaped as JSON escapes them."""
    return text if text.isprintable() else OBEYED.sub(
        lambda found: found.group() if found.group() == '\n' else '\\u%04x' % ord(found.group()),
        text)


def _without_nan(value):
    if isinstance(value, dict):
        return {name: _without_nan(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode('ascii')
    return value.isoformat() if hasattr(value, 'isoformat') else str(value)
