"""The data of the bench: calls of a known size, and the same data as Python values.

One record is a struct with an int, a double, plain text, text that needs
escaping, text beyond ASCII, and base64. A payload is an array of such records,
as many as fill the wanted number of bytes. Seeded, so that every run and every
interpreter works on the same bytes. Runs under the measured interpreter too:
Python 3.6 syntax.
"""

import random
import xmlrpc.client

MB = 1000 * 1000
CALL = xmlrpc.client.dumps((), "app.getName").encode()


def record(number, chance):
    """One struct, about 1 kB as XML."""
    return {
        "id": number,
        "count": chance.randrange(-2000000000, 2000000000),
        "price": chance.randrange(10000000) / 128.0,
        "weight": chance.random() * 1000,
        "name": "Customer number %d of the northern branch" % number,
        "town": "M\u00fcnchen, \u0141\u00f3d\u017a",
        "note": "if a < b && b > c: see <b>section %d</b> & \"annex\"" % number,
        "data": bytes(chance.randrange(256) for _ in range(180)),
    }


def values(size):
    """A list of records that takes about `size` bytes as the text of a call."""
    chance = random.Random(3)
    sample = [record(10000 + number, chance) for number in range(50)]
    each = len(xmlrpc.client.dumps((sample,)).encode()) / 50.0
    chance = random.Random(3)
    return [record(10000 + number, chance) for number in range(max(1, int(size / each)))]


def call(value, method="app.echo"):
    """The bytes of a request that sends one value, as Python's own client writes them."""
    return xmlrpc.client.dumps((value,), method).encode("utf-8")


def answer_of(body):
    """The value in a response's bytes, read by Python's own client library."""
    return xmlrpc.client.loads(body, use_builtin_types=True)[0][0]
