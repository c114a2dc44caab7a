"""The Request of FastCGI: its variables are text only where something asks for them."""

from time import perf_counter

from ..message import Request

# What the HTTP rules look at in every request (see http.py and message.py): {parameter: name}.
_LOOKED_AT = {name.encode(): name for name in (
    'REQUEST_METHOD', 'CONTENT_TYPE', 'CONTENT_LENGTH', 'HTTP_ORIGIN', 'HTTP_SEC_FETCH_SITE',
    'HTTP_REFERER', 'HTTP_CONTENT_ENCODING', 'HTTP_ACCEPT_ENCODING')}


class ParamsRequest(Request):
    """The Request with the FastCGI parameters `params` ({bytes: bytes}); read: as for Request.

    raw has only the names in _LOOKED_AT. The parameters are let go once they are text: a token that
    is taken out of the text must not stay in them.
    """

    def __init__(self, params, read):
        self._params = params
        self.read = read
        self.started = perf_counter()
        self.raw = {name: _text(params[param])
                    for param, name in _LOOKED_AT.items() if param in params}
        self.method = self.raw.get('REQUEST_METHOD', '')

    def __getattr__(self, name):
        if name != 'environ':
            raise AttributeError(name)
        self.environ = {_text(param): _text(value)
                        for param, value in self._params.items() if param != b'HTTP_PROXY'}
        self._params = None             # has what is taken out of environ, a token
        return self.environ


def _text(data):
    return data.decode('utf-8', 'surrogateescape')
