"""check: what is wrong with an installation, for programs; the command is cli/check.py."""

import os

from ..install.bundle import CGI_BIN


def findings(url=None, cgi_bin=None, progress=lambda what: None, **options):
    """Return the Findings (list) about the server at `url`, or about the folder `cgi_bin`.

    progress: called with the name (str) of what is looked at next.
    options: user, password, token, timeout, headers, cafile, insecure of transport.Http.
    Raises ClientError where `url` is not an address.
    """
    if url is None:
        from . import folder
        return folder.findings(os.path.abspath(cgi_bin or CGI_BIN), progress)
    from ..client.address import Address
    from ..client.transport import Http
    from . import address
    place = Address(url)
    options = dict({'user': place.user, 'password': place.password}, **options)
    return address.findings(Http(place, **options), progress)
