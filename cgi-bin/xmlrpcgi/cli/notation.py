"""notation: values as people write and read them in a shell.

An argument is JSON where it parses as JSON, and else a string as it is.  Two of XML-RPC's
types are not in JSON and have a notation of their own, within arrays and objects too:
`date:20200102T03:04:05` and `base64:AAEC`; `@file` is base64 as well, of a file's bytes.
Results are shown in the same notation, so what was shown can be given as an argument.
"""

import base64
import datetime
import json
import math
import os
import re
import sys

from ..client.errors import NotationError
from ..methods.jsontext import clean_json
from ..wire.dates import parse

HELP = '''\
An argument is JSON where it parses as JSON, and else a string as it is:

  2  2.5  true  null        numbers, a boolean, nil
  '[1, "x"]'  '{"a": 1}'    an array, a struct
  hello  '"2"'              the strings hello and 2
  =2  =true  =date:x        the string after =, whatever it is
  date:20200102T03:04:05    a date; 2020-01-02T03:04:05Z and 2020-01-02 are understood too
  base64:AAEC               base64
  @photo.jpg                base64 of a file's bytes; @- of standard input

Arrays and structs may contain the last three too, without quotes around them:
'{"taken": date:20200102T03:04:05, "bits": @photo.jpg}'
'''

_WIDTH = 80                 # columns within which an array or struct stays on one line
# A JSON string, which is left alone, or a word in our notation, up to what ends it.
_WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|(?:date:|base64:|@)[^\s,\[\]{}"]*')
_MARK = '\0notation'        # cannot be the name of a member: XML cannot carry it


def value_of(word, warn=lambda text: None):
    """Return the value that `word`, an argument in a shell, stands for; raises NotationError.

    warn: called with a sentence about a word that looks like JSON, and is sent as a string.
    """
    word = _unicode(word)
    if word[:1] == '=':
        return word[1:]
    if word.startswith(('date:', 'base64:', '@')):
        return _special(word)
    try:
        return json.loads(_WORDS.sub(_marked, word), object_hook=_object,
                          parse_constant=_no_constant, parse_int=_integer)
    except NotationError:
        raise
    except ValueError as error:
        if word[:1] in ('{', '[', '"'):
            warn('%s looks like JSON but is not (%s): it is sent as a string. Quote JSON for the '
                 'shell with \'...\'.' % (_short(word), error))
        return word
    except RecursionError:
        raise NotationError('%s is nested too deeply.' % _short(word)) from None


def _marked(found):
    word = found.group()
    return word if word[0] == '"' else json.dumps({_MARK: word})


def _object(members):
    return _special(members[_MARK]) if _MARK in members else members


def _integer(digits):
    if len(digits) > 20 or not -1 << 63 <= int(digits) < 1 << 63:
        raise NotationError('%s is too big an int: it does not fit into 64 bits. For a string of '
                            'digits, write =%s, or "%s" within an array or struct.'
                            % ((_short(digits),) * 3))
    return int(digits)


def _no_constant(name):             # NaN, Infinity: Python's json takes them, JSON has none
    raise ValueError('%s is not JSON' % name)


def _special(word):
    prefix, _, text = ('@', '', word[1:]) if word[0] == '@' else word.partition(':')
    try:
        if prefix == 'date':
            return parse(text)
        if prefix == 'base64':
            return base64.b64decode(text.encode('ascii'), validate=True)
        if text == '-':
            return sys.stdin.buffer.read()
        with open(text, 'rb') as file:
            return file.read()
    except OSError as error:
        reason = 'cannot be read (%s): @ stands before the name of a file' % error.strerror
    except ValueError as error:
        reason = 'is not %s (%s)' % ('a date' if prefix == 'date' else 'base64', error)
    raise NotationError('%s %s. For a string that begins so, write =%s.'
                        % (_short(word), reason, _short(word)))


def _unicode(word):
    """Return an argument decoded as UTF-8, whatever the locale that Python decoded it by."""
    try:
        return os.fsencode(word).decode('utf-8')
    except UnicodeDecodeError:
        raise NotationError('The argument %s is not UTF-8; @file sends the bytes of a file.'
                            % ascii(word)) from None
    except UnicodeEncodeError:
        return word


def _short(word):
    return word if len(word) <= 60 else word[:60] + '...'


def shown(value):
    """Return `value` as text: a string as it is, anything else in the notation, indented."""
    return value if isinstance(value, str) else _written(value, '')


def _written(value, indent):
    if isinstance(value, (list, dict)) and value:
        deeper = indent + '  '
        named = isinstance(value, dict)
        items = ['%s: %s' % (_quoted(name), _written(item, deeper))
                 for name, item in value.items()] if named else \
                [_written(item, deeper) for item in value]
        opening, closing = '{}' if named else '[]'
        inside = value.values() if named else value
        if not any(isinstance(item, (list, dict)) and item for item in inside):
            line = opening + ', '.join(items) + closing
            if len(indent) + len(line) <= _WIDTH:
                return line
        return '%s\n%s\n%s' % (opening, ',\n'.join(deeper + item for item in items),
                               indent + closing)
    if isinstance(value, (bytes, bytearray)):
        return 'base64:' + base64.b64encode(value).decode('ascii')
    if isinstance(value, (datetime.datetime, datetime.date)):
        return 'date:' + value.isoformat()
    return _quoted(value) if isinstance(value, (str, int, float, list, dict, type(None))) \
        else str(value)             # Decimal


def _quoted(value):
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return clean_json(json.dumps(value, ensure_ascii=False))
