"""The files of a release in fresh virtual environments, of the oldest and of the newest Python.

What `make dist` makes is installed as its users do it: the wheel by pip, the archives by unpacking.
"""

import base64
import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import xmlrpc.client
import zipfile

import pytest

from tests.process.installing import ENDS, TOP, call, request
from tests.tools.archives import dist, wheelfile
from tests.tools.servers.process import end, free_port

SECONDS = 120
GUNICORN = {True: 'gunicorn<21', False: 'gunicorn'}       # for Python 3.6, and for others
APP = '''
import os, sys
class Application:
    def where(self):
        return os.path.dirname(sys.executable)
'''


def run(*words, **options):
    """Run a command that succeeds; what it prints."""
    done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=SECONDS, **options)
    assert done.returncode == 0, done.stdout.decode()
    return done.stdout.decode()


@pytest.fixture(scope='module')
def release(tmp_path_factory):
    """{'.zip': path, '.gz': path, '.whl': path}"""
    return {path.suffix: path for path in dist.write(tmp_path_factory.mktemp('dist'))}


@pytest.fixture(scope='module', params=ENDS)
def fresh(request, tmp_path_factory):
    """The folder of programs of a new virtual environment."""
    folder = tmp_path_factory.mktemp('fresh') / 'venv'
    run(request.param, '-m', 'venv', folder)
    return folder / 'bin'


@pytest.fixture(scope='module')
def venv(fresh, release):
    """The same, with the wheel installed, without a look at any other package."""
    run(fresh / 'pip', 'install', '--no-index', release['.whl'])
    return fresh


@pytest.fixture
def work(tmp_path):
    """A folder to work in, with a folder of classes."""
    (tmp_path / 'lib').mkdir()
    (tmp_path / 'lib' / 'app.py').write_text(APP)
    return tmp_path


def served(command, work, port, env=None):
    """The result of app.where from a server, which then ends."""
    log = work / 'log'
    with open(log, 'wb') as file:
        process = subprocess.Popen(list(map(str, command)), cwd=work, stdin=subprocess.DEVNULL,
                                   stdout=file, stderr=file, start_new_session=True,
                                   env={**os.environ, **(env or {})})
    try:
        for _ in range(600):
            assert process.poll() is None, log.read_text()
            try:
                with xmlrpc.client.ServerProxy('http://127.0.0.1:%d/xmlrpc/' % port) as proxy:
                    return proxy.app.where()
            except ConnectionError:
                try:
                    process.wait(0.05)
                except subprocess.TimeoutExpired:
                    pass
        raise AssertionError(log.read_text())
    finally:
        end(process)


def test_the_record_of_the_wheel_is_right(release):
    with zipfile.ZipFile(release['.whl']) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    info = dist.stem() + '.dist-info/'
    rows = {name: (digest, size) for name, digest, size in
            csv.reader(io.StringIO(files[info + 'RECORD'].decode()))}
    assert rows.pop(info + 'RECORD') == ('', '')
    assert rows.keys() == files.keys() - {info + 'RECORD'}
    for name, (digest, size) in rows.items():
        sha = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).decode().rstrip('=')
        assert (digest, size) == ('sha256=' + sha, str(len(files[name]))), name
    assert b'\nRequires-Python: >=3.6\n' in files[info + 'METADATA']
    assert b'Requires-Dist' not in files[info + 'METADATA']
    assert files[info + 'LICENSE'] == (TOP / 'LICENSE').read_bytes()


def test_the_wheel_has_the_files_of_the_archives(release):
    with zipfile.ZipFile(release['.whl']) as archive:
        names = set(archive.namelist())
    top = {'xmlrpcgi/' + name[len('cgi-bin/xmlrpcgi/'):] if name.startswith('cgi-bin/xmlrpcgi/')
           else 'xmlrpcgi/_bundle/' + name for name, _, data in dist.entries() if data is not None
           if '/' in name and not name.startswith('docs/')}
    assert {name for name in names if '.dist-info/' not in name} == top


def test_pip_builds_the_same_wheel_from_a_clone(release, tmp_path, monkeypatch):
    monkeypatch.setenv('SOURCE_DATE_EPOCH', str(dist.moment()))
    if subprocess.run([sys.executable, '-m', 'pip', '--version'],
                      stdout=subprocess.DEVNULL).returncode:
        pytest.skip('there is no pip here')
    run(sys.executable, '-m', 'pip', 'wheel', '--no-index', '-w', tmp_path, TOP)
    assert (tmp_path / wheelfile.name()).read_bytes() == release['.whl'].read_bytes()


def test_the_command_says_its_version_and_its_own_name(venv, work):
    assert run(venv / 'xmlrpcgi', '--version') == 'xmlrpcgi %s\n' % dist.version()
    assert run(venv / 'xmlrpcgi', '--help').startswith('usage: xmlrpcgi ')
    assert run(venv / 'python', '-m', 'xmlrpcgi', '--version', cwd=work) == \
        'xmlrpcgi %s\n' % dist.version()


def test_it_adds_a_token_for_the_folder_lib_here(venv, work, tmp_path):
    (work / 'lib' / 'settings.py').write_text('TOKENS_FILE = %r\n' % str(tmp_path / 'tokens'))
    assert 'xmlrpcgi token add NAME' in subprocess.run(
        [str(venv / 'xmlrpcgi'), 'token', 'list'], cwd=work, timeout=SECONDS,
        stderr=subprocess.PIPE).stderr.decode()
    run(venv / 'xmlrpcgi', 'token', 'add', 'ann', cwd=work)
    assert run(venv / 'xmlrpcgi', 'token', 'list', cwd=work) == 'ann  no end\n'


def test_it_calls_the_classes_of_a_folder(venv, work):
    said = run(venv / 'xmlrpcgi', 'call', '--lib', 'lib', 'app.where', cwd=work)
    assert said.strip() == str(venv)


@pytest.mark.parametrize('named', [False, True])
def test_it_serves_the_folder_lib_here_or_the_one_that_is_named(venv, work, named):
    port = free_port()
    command = [venv / 'xmlrpcgi', 'serve', '--port', port]
    if named:
        (work / 'lib').rename(work / 'classes')
        command += ['--lib', 'classes']
    (work / 'tmp').mkdir()
    assert served(command, work, port, {'TMPDIR': str(work / 'tmp')}) == str(venv)
    assert os.listdir(work / 'tmp') == []


def test_without_classes_a_sentence_names_the_folder(venv, tmp_path):
    done = subprocess.run([str(venv / 'xmlrpcgi'), 'serve'], cwd=tmp_path, timeout=SECONDS,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert (done.returncode, done.stdout) == (1, b'')
    assert done.stderr.decode() == (
        'There is no folder %s: make it and put a class into it, or name the folder of your '
        'classes with --lib.\n' % (tmp_path / 'lib'))
    done = subprocess.run([str(venv / 'xmlrpcgi'), 'check'], cwd=tmp_path, timeout=SECONDS,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 2 and b'--cgi-bin' in done.stderr


@pytest.mark.parametrize('named', [False, True])
def test_gunicorn_serves_the_folder_lib_here_or_the_one_that_is_named(venv, work, named):
    package = GUNICORN[(venv.parent / 'lib' / 'python3.6').exists()]
    if not (venv / 'gunicorn').exists() and subprocess.run(
            [str(venv / 'pip'), 'install', '--quiet', package], timeout=SECONDS).returncode:
        if os.environ.get('CI') == 'true':
            pytest.fail('gunicorn cannot be installed (with CI=true nothing may be missing)')
        pytest.skip('gunicorn cannot be installed')
    port, env = free_port(), {}
    if named:
        (work / 'lib').rename(work / 'classes')
        env['XMLRPCGI_LIB'] = str(work / 'classes')
    assert served([venv / 'gunicorn', '--bind', '127.0.0.1:%d' % port, 'xmlrpcgi.wsgi:application'],
                  work, port, env) == str(venv)


def test_what_it_installs_is_what_an_archive_installs(venv, release, tmp_path):
    shutil.unpack_archive(str(release['.gz']), str(tmp_path / 'unpacked'))
    program = tmp_path / 'unpacked' / dist.stem() / 'cgi-bin' / 'xmlrpcgi'
    made = {}
    for name, command in {'wheel': [venv / 'xmlrpcgi'],
                          'archive': [venv / 'python', program]}.items():
        said = run(*command, 'install', '--cgi-bin', tmp_path / name / 'cgi-bin')
        assert 'is installed in' in said
        assert call(tmp_path / name / 'cgi-bin' / 'rpc.cgi') == 'example'
        assert run(*command, 'check', '--cgi-bin', tmp_path / name / 'cgi-bin')
        made[name] = {str(path.relative_to(tmp_path / name)) for path in
                      (tmp_path / name).rglob('*') if '__pycache__' not in path.parts}
    assert made['wheel'] == made['archive']
    assert {'cgi-bin/rpc.cgi', 'cgi-bin/rpc.fcgi', 'cgi-bin/rpc.wsgi', 'lib/app.py',
            'lib/.htaccess'} <= made['wheel']


@pytest.mark.parametrize('is_on_path', [True, False])
def test_a_check_of_an_empty_folder_names_the_command_that_fills_it(venv, tmp_path, is_on_path):
    path = os.pathsep.join([str(venv)] * is_on_path + ['/usr/bin', '/bin'])
    check = [str(venv / 'xmlrpcgi'), 'check', '--json', '--cgi-bin', str(tmp_path)]
    done = subprocess.run(check, stdout=subprocess.PIPE, env={**os.environ, 'PATH': path})
    row, = json.loads(done.stdout.decode())['findings']
    command = row['remedy'].partition(';')[0]
    program = 'xmlrpcgi' if is_on_path else r'%s/python[0-9.]* -m xmlrpcgi' % venv
    assert re.fullmatch('%s install --cgi-bin %s' % (program, tmp_path), command)
    run('sh', '-c', command + ' --lib ' + str(tmp_path / 'lib'), env={**os.environ, 'PATH': path})
    assert call(tmp_path / 'rpc.cgi') == 'example'


@pytest.mark.parametrize('suffix', ['.zip', '.gz'])
def test_an_archive_answers_as_unpacked(fresh, release, suffix, tmp_path):
    # shutil.unpack_archive drops the modes of a zip, as some control panels do.
    if suffix == '.zip' and shutil.which('unzip'):
        run('unzip', '-q', release[suffix], '-d', tmp_path)
    else:
        shutil.unpack_archive(str(release[suffix]), str(tmp_path))
    script = tmp_path / dist.stem() / 'cgi-bin' / 'rpc.cgi'
    script.write_bytes(re.sub(br'\A#!\S+', b'#!%s' % os.fsencode(fresh / 'python'),
                              script.read_bytes()))
    script.chmod(0o755)
    assert call(script) == 'example'
    assert b'app.getName' in request(script).stdout


def test_uninstalled_it_leaves_nothing(venv, work):
    """The last test here."""
    package, = venv.parent.glob('lib/python3*/site-packages/xmlrpcgi')
    run(venv / 'pip', 'uninstall', '-y', 'xmlrpcgi')
    assert not package.exists(), sorted(package.rglob('*'))
