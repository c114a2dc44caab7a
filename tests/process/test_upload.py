"""An upload file by file, as FTP does it, while calls run: each is answered by one version alone,
or says that an upgrade is under way.

The archives of two versions are made, whose modules leave a mark in each process. The second is
written over the first one file after another, each cut short before it is whole, in several orders.
"""

import random
import re
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
        return ' '.join(sorted(sys.marks))
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


def release(folder, version):
    """The files of the archive of a version of its own: {name: (mode, bytes)}."""
    top = copy(folder / version)
    for path in TOP.iterdir():
        if not (top / path.name).exists():
            (top / path.name).symlink_to(path)
    for path in (top / 'cgi-bin' / 'xmlrpcgi').rglob('*.py'):
        if path.parent.name != 'pointer' and path.name not in ('__main__.py', 'runtime.py'):
            text = path.read_text(encoding='utf-8')
            path.write_text(text + MARK % version, encoding='utf-8')
    return {name: (mode, data) for name, mode, data in dist.entries(top) if data is not None}


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


def modules(files):
    return [name for name in files if '/xmlrpcgi/' in name and name.endswith('.py')]


def steps(files, names):
    """Yield (name, a part of the file's bytes), then (name, all of them), for each name."""
    for name in names:
        data = files[name][1]
        yield name, data[:random.Random(name).randrange(len(data) + 1)]
        yield name, data


def judged(done):
    """None where a response is right or says what is under way, else what is wrong with it."""
    marks = set(re.findall(br'1\.1\b|1\.22\b', done.stdout.partition(b'\r\n\r\n')[2]))
    if done.stdout.startswith(b'Status: 200 OK') and b'<fault>' not in done.stdout:
        return None if len(marks) < 2 and b'1.1 1.22' not in done.stdout else 'a mix'
    if UNDER_WAY.match(done.stdout) and SAYS in done.stdout:
        return None
    return 'neither answered nor told'


ORDERS = {
    'as listed': sorted,
    'backwards': lambda names: sorted(names, reverse=True),
    'folders last': lambda names: sorted(names, key=lambda name: (name.count('/'), name)),
    'by chance': lambda names: random.Random(3).sample(sorted(names), len(names)),
}


@pytest.mark.parametrize('order', ORDERS)
@pytest.mark.parametrize('python', ENDS)
def test_after_each_file_of_an_upload_a_call_is_right_or_told_of_the_upgrade(
        python, order, site, releases):
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
    assert b'1.22' in request(script, 'app.marks').stdout
