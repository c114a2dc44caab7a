"""What is published through rpc.cgi, by the oldest Python, the system's and the newest."""

import pytest

from tests.process.conftest import Bundle
from tests.tools import interpreters
from tests.unit.published import essentials

FOUND = dict(interpreters.supported())
SYSTEM = [name for name, path in FOUND.items() if path == '/usr/bin/python3']
TRIED = sorted({list(FOUND)[0], *SYSTEM, list(FOUND)[-1]})


@pytest.mark.parametrize('version', TRIED)
def test_cgi_publishes_and_answers_the_same(tmp_path, version):
    bundle = Bundle(tmp_path / 'bundle', FOUND[version])
    (bundle.folder / 'lib' / 'app.py').unlink()
    essentials.write(bundle.folder / 'lib')

    def put(body):
        done = bundle.run(body)
        head, _, body = done.stdout.partition(b'\r\n\r\n')
        headers = dict(line.split(': ', 1) for line in head.decode().split('\r\n'))
        return int(headers['Status'][:3]), headers, body
    essentials.check(put)
