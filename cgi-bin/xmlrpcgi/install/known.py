"""What a door that is there says, and whether it is one of ours: read, never guessed.

A door is ours if it differs from one of an archive in its settings alone: line 1, the line of LIB,
and the line of PYTHON in the shell's form. `install` replaces such a door. Whatever else has its
name is its owner's work.
"""

import ast
import hashlib
import io
import os
import re
import shlex
import tokenize

from ..client.errors import DoorError

# SHA-256 of `plain` of each door that an archive ever held: a version must know all before it.
DIGESTS = {
    # 1.0
    'e95f9367b11c38af07c9ea1514647ab0f10db49b49fc1adcf469fe3ddc99ddc1',     # rpc.cgi
    '199b23d34a6402269a2b3e0079c2904de9257792346c0f7a8d7fa09fc82bb642',     # rpc-sh.cgi
    '6a60eaa9ba922d4fe65e249bf72a264f73792e41be822075478d2d09099abc1a',     # rpc.fcgi
    '947e71b5491b8cc6371aab8414696ec603070379ebac100666abb3e03ca15105',     # with --sh
    'c6adc552fe8face022e5a7d882230cf4751bf19118b1a13e7fca7ea009b8fd1d',     # rpc.wsgi
    # this version
    '471c3bce0f5b9ed2bcf5d5ece9d80d00dfb447c430cd516981e6b5e1412765bd',     # rpc.cgi
    '1e0f2cc5c6480fd516ff663e2c75d94c6487ba66c0c9605c0baefa4f72e3cd53',     # rpc-sh.cgi
    '2a0ea747dfe09650d5822f2259c2e6e9d34714749063f3026da23a71318fec8a',     # rpc.fcgi
    '1d46b53ddc238bcab66f45878185d384c7ac9f8f15c73165eed19d22f22f4aa6',     # with --sh
    '979231df848c7293ddb60c0c19cf86be7e0f19e364d8414724c970306f056aae',     # rpc.wsgi
}
_PYTHON = re.compile(br"""^PYTHON=('[^'\n]*'|"[^"$`\\\n]*"|[^\s'"$`\\;&|()<>#]*)[ \t]*(#.*)?$""",
                     re.M)


def plain(door):
    """Return the bytes of a door without its settings, line ends and byte order mark."""
    if door[:3] == b'\xef\xbb\xbf':
        door = door[3:]
    lines = door.replace(b'\r\n', b'\n').split(b'\n')
    if lines[0][:2] == b'#!':
        lines[0] = b'#!'
    for number, line in enumerate(lines):
        if _lib_in(line.decode('utf-8', 'replace')) is not None:
            lines[number] = b'LIB'
            break
    return _PYTHON.sub(b'PYTHON', b'\n'.join(lines), 1)


def digest(door):
    """Return the SHA-256 (str) that DIGESTS has of a door (bytes) that is ours."""
    return hashlib.sha256(plain(door)).hexdigest()


def is_ours(door, templates=()):
    """Whether a door (bytes) differs from one of ours in its settings alone.

    templates (iterable of bytes): doors of the copy that is being installed.
    """
    return digest(door) in DIGESTS or plain(door) in map(plain, templates)


def chosen_lib(door, path):
    """Return what LIB is in a door (bytes), which is the file `path` (for sentences).

    Raises DoorError where that cannot be read.
    """
    try:
        tree = ast.parse(door)
    except (SyntaxError, ValueError) as error:
        raise DoorError('%s is not right as Python (%s), so what LIB is cannot be read: correct '
                        'it, or move it away.' % (path, error)) from None
    found, uses = [], []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == 'LIB' and not isinstance(node.ctx, ast.Load) \
                or isinstance(node, ast.alias) and (node.asname or node.name) in ('LIB', '*'):
            found.append(node)
        elif isinstance(node, ast.Call) and _name(node.func) in ('main', 'Application'):
            uses.append([_name(argument) for argument in node.args])
    values = [_value(statement) for statement in tree.body]
    values = [value for value in values if value is not None]
    if len(found) != 1 or len(values) != 1 or uses != [['LIB']]:
        raise DoorError('Which folder of classes %s uses cannot be read: it needs one line like '
                        "LIB = '/home/me/lib', and hands LIB on as it is. Write that, or name the "
                        'folder with --lib.' % path)
    return values[0]


def line_of_lib(door):
    """Return (number, whether it is all that gives LIB) of the line of LIB in a door (bytes).

    A door that chosen_lib can read.
    """
    lines = door.decode('utf-8', 'replace').split('\n')
    number = next(statement.lineno for statement in ast.parse(door).body
                  if _value(statement) is not None)
    return number, _lib_in(lines[number - 1]) is not None


def with_lib(door, lib):
    """Return the text of a door (str) in which LIB is `lib` (str). Raises DoorError."""
    lines = door.split('\n')
    for number, line in enumerate(lines):
        if _lib_in(line) is not None:
            lines[number] = 'LIB = %s%s' % (ascii(lib), _behind(line))
            return '\n'.join(lines)
    try:
        if chosen_lib(door.encode('utf-8'), '') == lib:     # in several lines
            return door
    except DoorError:
        pass
    raise DoorError('LIB cannot be filled in: the door that is to be installed has no line like '
                    "LIB = '/home/me/lib'. Write one, or unpack the archive again.")


def named_interpreter(script):
    """Return the path of the interpreter that an rpc.cgi (bytes) starts; '' if it is not named."""
    pattern = br"PYTHON=(\S.*?)(?=\s+#|\s*$)" if script[:9] == b'#!/bin/sh' else br'#!\s*(\S+)'
    found = re.search(pattern, script, re.M)
    words = shlex.split(os.fsdecode(found.group(1))) if found else []
    return words[0] if words else ''


def _name(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, 'id', None)


def _value(statement):
    """Return the text that a statement (a node) gives to LIB alone, None where it is another."""
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        targets = getattr(statement, 'targets', None) if isinstance(statement, ast.Assign) else []
    if [_name(target) for target in targets] != ['LIB'] or statement.value is None:
        return None
    try:
        value = ast.literal_eval(statement.value)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _lib_in(line):
    """Return the text that a line (str) gives to LIB, None where it does not, or does more."""
    if line[:3] != 'LIB':
        return None
    try:
        statements = ast.parse(line).body
    except (SyntaxError, ValueError):
        return None
    return _value(statements[0]) if len(statements) == 1 else None


def _behind(line):
    """Return what follows the statement in a line (str): white space and a comment."""
    end = len(line)
    for token in tokenize.generate_tokens(io.StringIO(line).readline):
        if token.type in (tokenize.COMMENT, tokenize.NEWLINE, tokenize.ENDMARKER):
            break
        end = token.end[1]
    return line[end:]
