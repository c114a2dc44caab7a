"""The settings: one table with the default, unit and reason of each.

A user changes them in `lib/settings.py`, by the same upper-case names.
"""

from .decode import MAX_DEPTH, MAX_ELEMENTS

# name: (default, unit, reason)
TABLE = {
    'MAX_BODY': (16 * 1024 * 1024, 'bytes', 'size of a request, also when decompressed; memory '
                                            'use grows with it'),
    'MAX_DEPTH': (MAX_DEPTH, 'levels', 'arrays and structs nested in each other in a request'),
    'MAX_ELEMENTS': (MAX_ELEMENTS, 'elements', 'XML elements in a request'),
    'MAX_ANSWER': (16 * 1024 * 1024, 'bytes', 'size of a result as XML, before compression; memory '
                                              'use grows with it; 0 means no limit'),
    'MAX_MULTICALL': (1000, 'calls', 'calls in one system.multicall'),
    'CALL_SECONDS': (50, 'seconds', 'by the clock for one call; then the caller gets a fault; '
                                    'below the 60 of apache/rpc.conf; 0 means no limit'),
    'CPU_SECONDS': (0, 'seconds', 'of CPU time for one call (CGI only); 0 leaves the limit to '
                                  'the host'),
    'MEMORY': (0, 'bytes', 'of address space for one call (CGI only); 0 leaves the limit to the '
                           'host'),
    'MAX_REQUESTS': (10000, 'requests', 'that one FastCGI process answers before a new one takes '
                                        'its place; below the 20000 of apache/fcgid.conf; 0 '
                                        'means no limit'),
    'MAX_CALLS_PER_MINUTE': (0, 'calls', 'per user and per address; further ones are answered '
                                         'with 429; see "Rate limits"; 0 means no limit'),
    'MAX_DENIED_PER_MINUTE': (0, 'calls', 'refused with fault -32501, per user and per address; '
                                          'then every call gets 429; 0 means no limit'),
    'TOKENS_FILE': ('', 'path', 'the tokens by which programs log in, made by the command token; '
                                'see "Tokens"; absolute or beginning with ~/'),
    'RATE_LIMIT_FILE': ('', 'path', 'a file in which calls are counted, for xmlrpcgi alone; '
                                    'absolute or beginning with ~/'),
    'LOG_FILE': ('', 'path', 'a file that gets a line for every fault, in addition to the error '
                             'log; absolute or beginning with ~/'),
    'LOG_BYTES': (1000000, 'bytes', 'size at which LOG_FILE becomes LOG_FILE.1'),
    'LOG_CALLS': (False, 'yes or no', 'every call is a line of the log, too; see "The log"'),
    'LOG_FORMAT': ('text', 'text or json', 'json makes each entry of the log one line of JSON'),
    'GZIP_MIN': (4096, 'bytes', 'responses of this size or more are compressed for clients that '
                                'ask; 0 means never'),
    'ALLOW_NIL': (True, 'yes or no', 'None may be sent as <nil/>'),
    'INTROSPECTION': (True, 'yes or no', 'the built-in system.* methods can be called'),
    'DOCUMENTATION': (True, 'yes or no', 'GET shows a page; otherwise it is refused with 405'),
    'DEBUG': (False, 'yes or no', 'faults show the class and text of the exception'),
    'TRUSTED_PROXIES': ((), 'addresses', 'proxies in front whose X-Forwarded-For and '
                                         'X-Forwarded-Proto are believed, like 10.0.0.0/8; unix: '
                                         'for one that connects by a Unix socket'),
    'CORS_ORIGINS': ((), 'origins', 'web sites whose pages may call, like https://example.org'),
    'WSGI_PATHS': ((), 'paths', 'more paths at which the WSGI application answers if it is '
                                'mounted at the root of a server, like /xmlrpc.php'),
}


class Settings:
    """The settings in force, as attributes; `Settings(MAX_BODY=1024)` changes some.

    settingsfile.checked makes Settings from the user's values, and says what is wrong with them.
    account (int or None): the number of the user whose file they come from.
    """

    account = None

    def __init__(self, **changes):
        values = self.__dict__
        for name, row in TABLE.items():
            values[name] = row[0]
        values.update(changes)
