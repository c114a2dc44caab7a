"""The essentials at the WSGI application."""

from tests.unit.published import essentials
from tests.unit.wsgi_server import ask


def test_wsgi_publishes_and_answers_the_same(lib, door):
    essentials.write(lib)
    (lib / 'seen.py').unlink()

    def put(body):
        answer = ask(door, body)
        return answer.status, answer.headers, answer.body
    essentials.check(put)
