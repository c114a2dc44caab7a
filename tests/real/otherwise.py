"""Where a server answers otherwise than Apache with the CGI door does: one table, with reasons.

A test asks `otherwise(server, TOPIC, USUAL)` for what it may expect. What is not here is the
same on every kind of server. A status None is a connection that is closed without an answer.
"""

_READS_FIRST = 500      # has Apache read the body before it asks us, and Apache says this then
_DROPS = None           # closes the connection of a client that broke off, without a word
_STRICT = 400           # knows no method in lower case, or no unheard-of one
_UNKNOWN = 501          # the same, and says that it does not implement it

OTHERWISE = {
    # Headers that the server adds to every answer.
    'more headers': {
        'passenger': {'status', 'x-powered-by'},
    },
    # The version in the answer to an HTTP/1.0 request. RFC 9110 lets both through.
    'version for 1.0': {
        'gunicorn': '1.0',
        'waitress': '1.0',
        'lighttpd': '1.0',
    },
    # Content-Length: 0.
    'no body': {
        'passenger': 411,       # does not say that there was a Content-Length of 0
    },
    # Fewer bytes than Content-Length, and then the end.
    'short body': {
        'mod_fcgid': _READS_FIRST,
        'mod_wsgi': _READS_FIRST,
        'passenger': _READS_FIRST,
        'nginx': _DROPS,
        'lighttpd': _DROPS,
        'waitress': _DROPS,
    },
    # A chunked body that ends before its last chunk.
    'end among chunks': {
        'mod_fcgid': _READS_FIRST,
        'mod_wsgi': _READS_FIRST,
        'passenger': _READS_FIRST,
        'nginx': _DROPS,
        'lighttpd': _DROPS,
        'waitress': _DROPS,
    },
    # A chunk whose length is no number.
    'bad chunk': {
        'mod_fcgid': 200,       # hands on what comes as if it were text: fault -32700
    },
    'method NONSENSE': {
        'passenger': _STRICT,
        'lighttpd': _UNKNOWN,
    },
    'method post': {
        'passenger': _STRICT,
        'gunicorn': _STRICT,
        'waitress': _STRICT,
        'nginx': _STRICT,
        'lighttpd': _UNKNOWN,
    },
    # Whether an access log says what was called.
    'access log': {
        'waitress': False,      # writes none
    },
    # gunicorn's and waitress' wsgi.input, and our own small server, leave these to the door.
    'the same length twice': {'embedded': 200},
    'a length beyond 64 bits': {'gunicorn': 413, 'waitress': 413},
    'an empty length': {'lighttpd': 411},
    'another transfer encoding': {'embedded': 501, 'waitress': 501, 'nginx': 501,
                                  'lighttpd': 501},
    'no Host': {'embedded': 200, 'gunicorn': 200, 'waitress': 200},
    'a header of 9000 bytes': {'embedded': 200, 'waitress': 200, 'gunicorn': 431,
                               'lighttpd': 431},
    'an expectation unheard of': {'embedded': 200, 'waitress': 200, 'nginx': 200,
                                  'lighttpd': 200},
    # At these servers the script answers; at Passenger Apache does, without rpc.conf.
    'TRACE': {'embedded': 405, 'gunicorn': 405, 'waitress': 405, 'nginx': 405, 'lighttpd': 405,
              'passenger': 200},
    'a length above 64 MiB': {'waitress': None},
}


def otherwise(server, topic, usual):
    """What to expect of this server: the table's, or else `usual`."""
    return OTHERWISE[topic].get(server.kind, usual)
