"""gzip and deflate of message bodies (RFC 9110 section 8.4.1), inflated within a bound."""

import zlib

from ..errors import TRANSPORT, Refusal, with_own

_LEVEL = 6
_GZIP = 16 + zlib.MAX_WBITS
_SLICE = 1 << 16        # bytes handed to zlib at once: it copies what follows the end of a member
_MEMBERS = 1000         # gzip members of a body


def inflated(body, encoding, limit):
    """Return `body` with the Content-Encoding(s) `encoding` undone; raises Refusal.

    415 for an encoding other than gzip, x-gzip, deflate and identity, 413 where the
    result would exceed `limit` bytes, 400 with fault -32300 for damaged data.
    """
    names = [name.strip().lower() for name in encoding.split(',')]
    names = [name for name in names if name not in ('', 'identity')]
    if len(names) > 1 or not {'gzip', 'x-gzip', 'deflate'}.issuperset(names):
        raise Refusal(415, 'the Content-Encoding is %.80s; gzip and deflate are understood'
                      % encoding, [('Accept-Encoding', 'gzip, deflate')])
    for name in names:
        try:
            body = _inflate(body, _wbits(body, name), limit)
        except zlib.error as error:
            raise _damaged(error) from None
    return body


def _wbits(body, name):
    if name != 'deflate':
        return _GZIP
    # RFC 9110 wants the zlib header (RFC 1950 section 2.2); some clients send none.
    zlib_header = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS


def _inflate(body, wbits, limit):
    blocks, size, at, view = [], 0, 0, memoryview(body)
    for _ in range(_MEMBERS):
        inflater = zlib.decompressobj(wbits)
        while not inflater.eof:
            piece = view[at:at + _SLICE]
            if not piece:
                raise _damaged('it ends too early')
            block = inflater.decompress(piece, limit + 1 - size)
            size += len(block)
            if size > limit:
                raise with_own(
                    Refusal(413, 'the request is larger than %d bytes when inflated' % limit),
                    ('X-RPC-Error', 'body-size'))
            blocks.append(block)
            at += len(piece) - len(inflater.unused_data)
        # gzip files may be padded with zeros, as on tapes
        if at == len(body) or body[at] == 0 and not body[at:].strip(b'\0'):
            return b''.join(blocks)
        if wbits != _GZIP:
            raise _damaged('bytes after its end')
    raise _damaged('more than %d gzip members' % _MEMBERS)


def _damaged(cause):
    return Refusal(400, 'the compressed body is damaged (%s)' % cause, fault=TRANSPORT)


def accepts_gzip(header):
    """Whether the Accept-Encoding `header` (str) accepts gzip (RFC 9110 section 12.5.3): bool."""
    for item in header.lower().split(','):
        name, _, quality = item.partition(';')
        if name.strip() in ('gzip', 'x-gzip'):
            _, _, weight = quality.partition('=')
            return not quality.strip() or weight.strip(' \t0.') != ''
    return False


def deflated(body):
    """Return `body` as gzip."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(body) + packer.flush()
