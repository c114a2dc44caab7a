"""The contract as a file: describe --json, --openrpc and --diff."""

import json
import shutil
import subprocess
import textwrap
from pathlib import Path

import pytest

from tests.process.command_line import complaint, run, said
from tests.process.fetched import environment, install
from tests.tools import servers

PROGRAMS = Path(__file__).resolve().parent / 'programs'
META_SCHEMA = '@open-rpc/meta-schema@1.14.9'    # OpenRPC's official one, github.com/open-rpc
SHOP = '''
    import enum
    from dataclasses import dataclass, field
    from datetime import datetime
    from typing import Dict, List, Optional, Tuple, Union

    class Size(enum.Enum):
        SMALL = 'S'
        LARGE = 'L'

    @dataclass
    class Item:
        name: str
        size: Size = Size.SMALL
        parts: List['Item'] = field(default_factory=list)
        note: str = None

    class Application:
        def add(self, a: int, b: int = 3) -> int:
            """Add two numbers."""
        def order(self, items: List[Item], when: datetime = None) -> Optional[Item]: pass
        def any(self, value, *more): pass
        def mixed(self, a: Union[int, List[str]], b: Tuple[int, bytes]) -> Dict[str, Size]: pass
'''


@pytest.fixture
def lib(tmp_path):
    folder = tmp_path / 'lib'
    folder.mkdir()
    (folder / 'shop.py').write_text(textwrap.dedent(SHOP))
    (folder / 'broken.py').write_text('import nosuchmodule\nclass Application: pass\n')
    return folder


@pytest.fixture(scope='module')
def validator(tmp_path_factory):
    """The words that start the validation of an OpenRPC document by the official meta-schema."""
    folder = tmp_path_factory.mktemp('openrpc')
    if not shutil.which('npm'):
        pytest.skip('there is no npm here, which installs the meta-schema')
    install('npm', 'install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save',
            '--ignore-scripts', META_SCHEMA)
    return [environment(folder / 'venv', 'jsonschema') / 'python', PROGRAMS / 'validate.py',
            folder / 'node_modules' / '@open-rpc' / 'meta-schema' / 'index.js']


def test_openrpc_documents_are_valid(lib, validator, tmp_path):
    file = tmp_path / 'openrpc.json'
    with servers.start('embedded', lib=lib) as server:
        file.write_text(said('describe', server.url + '/xmlrpc/', '--openrpc'))
    done = subprocess.run([*map(str, validator), str(file)], timeout=60, stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout) == (0, b'')
    document = json.loads(file.read_text())
    assert list(document['components']['schemas']) == ['Item']
    del document['methods'][0]['params']
    file.write_text(json.dumps(document))
    done = subprocess.run([*map(str, validator), str(file)], timeout=60, stdout=subprocess.PIPE)
    assert done.returncode == 1 and b"['methods', 0]" in done.stdout


@pytest.mark.parametrize('form', ['--json', '--openrpc'])
def test_the_file_is_the_same_byte_for_byte_and_sorted(lib, form):
    files = [said('describe', '--lib', lib, form, env={'PYTHONHASHSEED': seed}) for seed in '12']
    assert files[0] == files[1]
    found = json.loads(files[0])
    assert files[0] == json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + '\n'
    if form == '--json':
        assert found['unavailable'] == [{'name': 'broken'}]


def test_a_comparison_names_what_breaks_callers(lib, tmp_path):
    old = tmp_path / 'old.json'
    old.write_text(said('describe', '--lib', lib, '--json'))
    assert said('describe', '--lib', lib, '--diff', old) == ''
    source = (lib / 'shop.py').read_text()
    (lib / 'shop.py').write_text(source.replace('a: int, b: int = 3', 'a: int, b: int, c: int = 1')
                                 .replace('def any(', 'def anything('))
    status, out, err = run('describe', '--lib', lib, '--diff', old)
    assert (status, out) == (1, textwrap.dedent('''\
        breaks  shop.add: parameter 2 'b': must be given now
                shop.add: parameter 3 'c': is new and optional
        breaks  shop.any: the method is gone
                shop.anything: the method is new
        '''))
    assert said('describe', '--lib', lib, 'shop.anything', '--diff', old) == (
        '        shop.anything: the method is new\n')


@pytest.mark.parametrize('text, says', [
    (None, 'old.json cannot be read (No such file or directory): --diff takes a file that '
           'describe --json wrote.'),
    ('{', 'old.json cannot be read (Expecting property name'),
    ('[]', 'old.json is not a description: --diff takes a file that describe --json wrote.'),
])
def test_a_file_that_is_no_description_is_refused(lib, tmp_path, text, says):
    if text is not None:
        (tmp_path / 'old.json').write_text(text)
    assert complaint('describe', '--lib', lib, '--diff', 'old.json',
                     cwd=str(tmp_path)).startswith(says)


def test_one_form_at_a_time(lib):
    assert complaint('describe', '--lib', lib, '--json', '--openrpc') == (
        'Give one of --json, --openrpc and --diff.')
