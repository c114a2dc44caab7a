"""A case, the envelope that most cases share, and how the rows of a table become cases."""

import os

FILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'files')
HEAD = '<?xml version="1.0"?>\n'
EXTENSIONS = ' xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions"'


class Case:
    """A message and what it must come to.

    name            unique among the valid cases, and among the invalid ones
    body            the message (bytes)
    charset         the encoding that the transport names, or None
    valid           whether the message is a call
    method, params  of a valid one: what is called
    extended        of a valid one: whether it declares Apache's extensions
    written         of a valid one in the writer's own form: the value's XML (str)
    code, says      of an invalid one: the fault code, and a part of the fault's text
    """

    method = params = written = code = says = None

    def __init__(self, name, body, charset=None, extended=False, **fields):
        self.name, self.body, self.charset, self.extended = name, body, charset, extended
        self.valid = 'code' not in fields
        self.__dict__.update(fields)

    def __repr__(self):
        return self.name

    def padded(self, size):
        """The body made `size` bytes larger by white space inside the message.

        Where the message has no end tag to put it before, it follows the message.
        """
        for encoding in ('ascii', 'utf-16-le', 'utf-16-be', 'utf-32-le'):
            end = '</methodCall'.encode(encoding)
            head, found, tail = self.body.rpartition(end)
            if found:
                space = ' '.encode(encoding)
                return head + space * (size // len(space) + 8) + found + tail
        return self.body + b' ' * size


def data(text):
    """`text` as UTF-8, or as it is where it is bytes."""
    return text if isinstance(text, bytes) else text.encode('utf-8')


def message(*values, method='echo', head=HEAD, extended=False, params=''):
    """The body of a call. values: the XML in <value> of each parameter; params: XML behind them.

    All texts are str or bytes. head: what stands before <methodCall>.
    """
    params = b''.join(b'<param><value>%s</value></param>\n' % data(value)
                      for value in values) + data(params)
    return (b'%s<methodCall%s>\n<methodName>%s</methodName>\n<params>\n%s</params>\n</methodCall>\n'
            % (data(head), data(EXTENSIONS if extended else ''), data(method), params))


def declared(encoding):
    """The XML declaration that names `encoding`."""
    return '<?xml version="1.0" encoding="%s"?>\n' % encoding


def nested(depth, value):
    """Return `value` within `depth` lists."""
    for _ in range(depth):
        value = [value]
    return value


def read_file(name):
    """The bytes of files/NAME.xml."""
    with open(os.path.join(FILES, name + '.xml'), 'rb') as file:
        return file.read()


# One function per form of a row. Options: charset; of valid ones, method and extended as well.

def _valid(name, inner, value, method='echo', extended=False, **options):
    return Case(name, message(inner, method=method, extended=extended), method=method,
                params=[value], extended=extended, **options)


def _canonical(name, inner, value, **options):
    case = _valid(name, inner, value, **options)
    case.written = inner
    return case


def _invalid(name, inner, code, says, **options):
    return Case(name, message(inner), code=code, says=says, **options)


def _valid_message(name, body, params, method='echo', **options):
    return Case(name, data(body), method=method, params=params, **options)


def _invalid_message(name, body, code, says, **options):
    return Case(name, data(body), code=code, says=says, **options)


def _valid_file(name, params, **options):
    return _valid_message(name, read_file(name), params, **options)


def _invalid_file(name, code, says, **options):
    return _invalid_message(name, read_file(name), code, says, **options)


# By the table's name: how many columns a row has before its options, and what makes its case.
TABLES = {'CANONICAL': (3, _canonical), 'VALID': (3, _valid), 'INVALID': (4, _invalid),
          'VALID_MESSAGES': (3, _valid_message), 'INVALID_MESSAGES': (4, _invalid_message),
          'VALID_FILES': (2, _valid_file), 'INVALID_FILES': (3, _invalid_file)}


def tabled(module):
    """The cases of a module's tables."""
    found = []
    for table, (columns, make) in TABLES.items():
        for row in getattr(module, table, ()):
            options, = row[columns:] or ({},)
            found.append(make(*row[:columns], **options))
    return found
