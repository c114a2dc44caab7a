"""An upload file by file, as FTP does it, while calls run: each is answered by one version alone,
or says that an upgrade is under way.

The archives of two versions are made, whose modules leave a mark in each process. The second is
written over the first one file after another, each cut short before it is whole, in several orders.
"""

import json
import random
import re
import subprocess
import threading

import pytest

from tests.process.installing import ENDS, TOP, copy, request
from tests.tools.archives import dist

MARK = "\n__import__('sys').__dict__.setdefault('marks', set()).add(%r)\n"
APP = '''
import sys
from datetime import datetime
class Application:
    def marks(self):
        return ', '.join(sorted(sys.marks))
    def today(self):
        """All that a plain answer has, and modules of a wing: dates, and a compressed answer."""
        return [self.marks(), datetime(2020, 1, 2), 'x' * 3000]
'''
GZIP = {'HTTP_ACCEPT_ENCODING': 'gzip'}
CALLS = [('app.marks', None), ('app.today', None), ('app.today', GZIP),
         ('system.listMethods', None), (None, None)]
SAYS = b'wait for the end of an upgrade'
# Called again, a method that did not run does no harm; of another the caller is told.
UNDER_WAY = re.compile(br'Status: 503 [\s\S]*\r\nRetry-After: 10\r\n[\s\S]*' + SAYS +
                       br'|Status: (500|200) [\s\S]*the call may have been made')


def modules(files):
    return [name for name in files if '/xmlrpcgi/' in name and name.endswith('.py')]


def release(folder, version):
    """The files of the archive of a version of its own: {name: (mode, bytes)}."""
    top = copy(folder / version)
    for path in TOP.iterdir():
        if not (top / path.name).exists():
            (top / path.name).symlink_to(path)
    init = top / 'cgi-bin' / 'xmlrpcgi' / '__init__.py'
    init.write_text(re.sub("__version__ = '.*'", "__version__ = '%s'" % version, init.read_text()))
    files = {name: (mode, data) for name, mode, data in dist.entries(top) if data is not None}
    for name in modules(files):         # the last thing that a module does
        if '/pointer/' not in name and not name.endswith(('/__main__.py', '/runtime.py')):
            files[name] = files[name][0], files[name][1] + (MARK % ('of ' + version)).encode()
    return files


@pytest.fixture(scope='module')
def releases(tmp_path_factory):
    folder = tmp_path_factory.mktemp('releases')
    return release(folder, '1.1'), release(folder, '1.22')


@pytest.fixture
def site(tmp_path, releases):
    for name, (mode, data) in releases[0].items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
    (tmp_path / 'lib' / 'app.py').write_text(APP)
    return tmp_path


def steps(files, names):
    """Yield (name, a part of the file's bytes), then (name, all of them), for each name."""
    for name in names:
        data = files[name][1]
        yield name, data[:random.Random(name).randrange(len(data) + 1)]
        yield name, data


def judged(done):
    """None where a response is right or says what is under way, else what is wrong with it."""
    marks = set(re.findall(br'of 1\.\d+', done.stdout))
    fault = b'<methodResponse>\n<fault>' in done.stdout
    if done.stdout.startswith(b'Status: 200 OK') and not fault:
        return None if len(marks) < 2 else 'a mix'
    if UNDER_WAY.match(done.stdout) and SAYS in done.stdout:
        return None
    return 'neither answered nor told'


ORDERS = {
    'as listed': sorted,
    'backwards': lambda names: sorted(names, reverse=True),
    'folders last': lambda names: sorted(names, key=lambda name: (name.count('/'), name)),
    'by chance': lambda names: random.Random(3).sample(sorted(names), len(names)),
}


@pytest.mark.parametrize('order, python', [
    pytest.param(order, *end.values, id='%s-%s' % (order, end.id))
    for order, end in zip(ORDERS, ENDS + ENDS)])
def test_after_each_file_of_an_upload_a_call_is_right_or_told_of_the_upgrade(
        order, python, site, releases):
    new = releases[1]
    names = ORDERS[order](modules(new))
    script = site / 'cgi-bin' / 'rpc.cgi'
    script.write_bytes(re.sub(br'\A#!\S+', b'#!' + str(python).encode(), script.read_bytes()))
    assert judged(request(script, 'app.marks')) is None
    wrong, told, turn = [], 0, 0
    for name, data in steps(new, names):
        (site / name).write_bytes(data)
        method, env = CALLS[turn % len(CALLS)]
        turn += 1
        done = request(script, method, env=env)
        why = judged(done)
        told += SAYS in done.stdout
        if why:
            wrong.append((why, name, len(data), method, done.stdout[:300], done.stderr[-600:]))
    assert not wrong, '%d of %d wrong, the first: %r' % (len(wrong), turn, wrong[0])
    assert told
    for method, env in CALLS:
        done = request(script, method, env=env)
        assert done.stdout.startswith(b'Status: 200') and judged(done) is None


def test_calls_while_an_upload_runs_are_right_or_told_of_the_upgrade(site, releases):
    """As above, with calls at any moment, also while a file is written and in a longer one."""
    new, wrong, seen, stop = releases[1], [], set(), threading.Event()
    script = site / 'cgi-bin' / 'rpc.cgi'

    def caller(turn):
        while not stop.is_set():
            turn += 1
            method, env = CALLS[turn % len(CALLS)]
            done = request(script, method, env=env)
            why = judged(done)
            if why:
                wrong.append((why, method, done.stdout[:300], done.stderr[-600:]))
            seen.add(done.stdout[:11])

    threads = [threading.Thread(target=caller, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        for name in ORDERS['folders last'](modules(new)):
            data = new[name][1]
            with open(site / name, 'wb', buffering=0) as file:
                for at in range(0, len(data), 1460):        # as the packets come
                    file.write(data[at:at + 1460])
                    stop.wait(0.003)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not wrong, wrong[0]
    assert b'Status: 503' in seen
    assert b'of 1.22' in request(script, 'app.marks').stdout


STAYS = '''
import io, json, sys
names = {'__name__': 'rpc', '__file__': sys.argv[1]}
exec(compile(open(sys.argv[1]).read(), sys.argv[1], 'exec'), names)
for line in sys.stdin:
    method, env = json.loads(line)
    body = ('<methodCall><methodName>%s</methodName></methodCall>' % method).encode()
    environ = dict(env or {}, REQUEST_METHOD='POST' if method else 'GET', SCRIPT_NAME='/xmlrpc',
                   CONTENT_TYPE='text/xml', CONTENT_LENGTH=str(len(body)))
    environ.update({'wsgi.input': io.BytesIO(body), 'wsgi.url_scheme': 'http'})
    said = []
    answer = b''.join(names['application'](environ, lambda *head: said.append(head)))
    head = 'Status: %s\\r\\n' % said[0][0] + ''.join('%s: %s\\r\\n' % pair for pair in said[0][1])
    answer = head.encode() + b'\\r\\n' + answer
    sys.stdout.buffer.write(b'%d\\n' % len(answer) + answer)
    sys.stdout.buffer.flush()
'''


class Staying:
    """A process that has loaded a site's rpc.wsgi, and answers one request after another."""

    def __init__(self, python, site):
        self.process = subprocess.Popen(
            [python, '-c', STAYS, str(site / 'cgi-bin' / 'rpc.wsgi')], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()

    def ask(self, method, env):
        self.process.stdin.write(json.dumps([method, env]).encode() + b'\n')
        self.process.stdin.flush()
        self.stdout = self.process.stdout.read(int(self.process.stdout.readline()))
        return self


@pytest.mark.parametrize('python', ENDS)
def test_a_long_running_process_keeps_its_version_or_tells_of_the_upgrade(python, site, releases):
    """What it has not imported yet would be of the new version."""
    new, told = releases[1], 0
    with Staying(python, site) as staying:
        assert b'of 1.1<' in staying.ask('app.marks', None).stdout
        for name in ORDERS['backwards'](modules(new)):
            (site / name).write_bytes(new[name][1])
        for method, env in CALLS * 2:
            assert judged(staying.ask(method, env)) is None
            assert b'of 1.22' not in staying.stdout
            told += SAYS in staying.stdout
        assert b'of 1.1<' in staying.ask('app.marks', None).stdout
    assert told
    with Staying(python, site) as staying:
        for method, env in CALLS:
            assert judged(staying.ask(method, env)) is None and SAYS not in staying.stdout
        assert b'of 1.22<' in staying.ask('app.marks', None).stdout
