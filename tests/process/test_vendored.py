"""Packages that `pip install --target lib` puts into lib/ publish nothing and slow nothing down.

pip fetches them into pytest's cache; where it cannot, these tests are skipped.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process.check.installation import BAD, Installation

PACKAGES = ['requests', 'traitlets', 'tornado', 'sqlalchemy']
SECONDS = 300
COUNTED = Path(__file__).with_name('counted.py')


@pytest.fixture(scope='session')
def packages(request):
    """The folder that pip has put the packages into."""
    folder = request.config.cache.mkdir('xmlrpcgi-vendored')
    if not (folder / 'complete').exists():
        shutil.rmtree(str(folder / 'lib'), ignore_errors=True)
        try:
            subprocess.run([sys.executable, '-m', 'pip', 'install', '-q', '--target',
                            str(folder / 'lib'), *PACKAGES], check=True, timeout=SECONDS,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip('pip cannot install %s: %s' % (' '.join(PACKAGES), error))
        (folder / 'complete').touch()
    return folder / 'lib'


@pytest.fixture
def installation(tmp_path, packages):
    """An Installation of this interpreter whose lib/ has the packages beside lib/app.py.

    Only the owner can enter its folder: scripts run as the owner, who can run this interpreter.
    """
    tmp_path.chmod(0o700)
    made = Installation(tmp_path / 'bundle', sys.executable)
    shutil.copytree(str(packages), str(made.lib), dirs_exist_ok=True)
    return made


def asked(cgi_bin, lib, *methods):
    """(answers, modules, stats, folders that were read) of calls in a process of their own."""
    done = subprocess.run([sys.executable, '-IS', str(COUNTED), str(cgi_bin), str(lib), *methods],
                          stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.decode())


def test_nothing_of_them_is_published(installation):
    (names, described), _, _, _ = asked(installation.cgi_bin, installation.lib,
                                        'system.listMethods', 'system.describe')
    published = [line.split('<')[0] for line in names.split('<string>')[1:]]
    assert [name for name in published if not name.startswith('system.')] == [
        'app.add', 'app.getName']
    for name in 'tornado', 'traitlets', 'requests', 'sqlalchemy', 'typing_extensions':
        assert name not in described


@pytest.mark.parametrize('method', [
    'traitlets.config.application.load_config_file', 'tornado.web.listen', 'requests.get',
    'sqlalchemy.create_engine', 'typing_extensions.deprecated', 'tornado.web.Application.listen',
    'bin.normalizer.main'])
def test_nothing_of_them_can_be_called(installation, method):
    (answer,), modules, _, _ = asked(installation.cgi_bin, installation.lib, method)
    assert '-32601' in answer
    assert not [name for name in modules if name.split('.')[0] in PACKAGES
                or name.startswith(('lib.tornado', 'lib.traitlets'))]


def test_check_finds_nothing_to_fix(installation):
    found = installation.check()
    assert [row for row in found if row['level'] in BAD] == []
    assert 'Classes that answer calls: app (2).' in [row['sentence'] for row in found]


def test_a_list_imports_nothing_more_and_looks_into_no_package(installation, tmp_path_factory):
    plain = Installation(tmp_path_factory.mktemp('plain'), sys.executable)
    without = asked(plain.cgi_bin, plain.lib, 'system.listMethods')
    with_them = asked(installation.cgi_bin, installation.lib, 'system.listMethods')
    folders = [path for path in installation.lib.iterdir() if path.is_dir()]
    assert with_them[0] == without[0]
    assert with_them[1] == without[1]                   # not a module more
    files = [path for path in installation.lib.glob('*.py') if path.name != 'app.py']
    assert with_them[2] <= without[2] + len(files)      # each file of lib/ itself once
    assert with_them[3] <= without[3] + len(folders)    # each folder of lib/ once, none below


def test_classes_import_them_by_their_names(installation):
    (installation.lib / 'app.py').write_text(
        'import requests, sqlalchemy, tornado, traitlets\n'
        'class Application:\n'
        '    def where(self):\n'
        '        return [m.__file__.split("/")[-3] for m in '
        '(requests, sqlalchemy, tornado, traitlets)]\n')
    (answer,), _, _, _ = asked(installation.cgi_bin, installation.lib, 'app.where')
    assert answer.count('<string>lib</string>') == 4
