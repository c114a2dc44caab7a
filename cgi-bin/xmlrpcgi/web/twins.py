"""Headers that are one variable, as X-Forwarded-For and X_Forwarded_For are.

CGI writes "_" for "-" in the name of a header (RFC 3875 section 4.1.18). So most web servers drop a
header whose name has anything but letters, digits and "-". lighttpd before 1.4.83 writes "_" for
all else, too, and starts this process with one variable twice: one from the client, say, and one
from the proxy in front. Python keeps the first. Both are seen on Linux alone.
"""

from ..errors import Refusal

VARIABLES = '/proc/self/environ'        # as this process was started, for all of its requests

_twin = None                # the name of a variable that is there twice (bytes), b'' for none


def refuse_twins():
    """Raise Refusal 400 where two headers of this CGI process are one variable."""
    global _twin
    if _twin is None:
        _twin = _found()
    if _twin:
        raise Refusal(400, 'the header %s came in two spellings'
                      % _twin[5:].decode('latin-1').replace('_', '-').title())


def _found():
    try:
        with open(VARIABLES, 'rb') as file:
            variables = file.read().split(b'\0')
    except OSError:             # not Linux
        return b''
    names = set()
    for variable in variables:
        name = variable.partition(b'=')[0]
        if name in names and name[:5] == b'HTTP_':
            return name
        names.add(name)
    return b''
