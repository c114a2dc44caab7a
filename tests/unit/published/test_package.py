"""lib/ as a Python package, and what `import` finds there."""

import sys

import pytest

from tests.unit.published import Fails, listed, value_of

WITH_AND_WITHOUT = pytest.mark.parametrize('init', [{}, {'__init__.py': ''}],
                                           ids=['without __init__.py', 'with __init__.py'])
ONE = 'class Application:\n    def get(self): return %r\n'


def of_app(body, **more):
    """An app.py whose method `get` has this body."""
    lines = ''.join('        %s\n' % line for line in body.split('\n'))
    return 'class Application:\n    def get(self):\n%s' % lines


@WITH_AND_WITHOUT
@pytest.mark.parametrize('body, value', [
    ('import lib\nreturn lib.__spec__.name', 'lib'),
    ('import lib\nreturn list(lib.__path__) == lib.__spec__.submodule_search_locations', True),
    ('from importlib.util import find_spec\nreturn find_spec("lib").name', 'lib'),
    ('from importlib.util import find_spec\nreturn find_spec("lib.nothing") is None', True),
    ('from importlib.util import find_spec\nreturn find_spec("lib.tools").name', 'lib.tools'),
    ('import lib\nreturn __package__, lib.__package__', ['lib', 'lib']),
    ('return __name__, __spec__.name, __spec__.parent', ['lib.app', 'lib.app', 'lib']),
    ('import importlib.resources\n'
     'return importlib.resources.read_text(__package__, "data.txt")', 'data'),
    ('import importlib.resources\nfiles = getattr(importlib.resources, "files", None)\n'
     'return files(__package__).joinpath("data.txt").read_text() if files else "data"', 'data'),
    ('import importlib.resources\nfiles = getattr(importlib.resources, "files", None)\n'
     'return sorted(p.name for p in files("lib").iterdir() if p.name[-4:] == ".txt") '
     'if files else ["data.txt"]', ['data.txt']),
    ('import os\nreturn open(os.path.join(os.path.dirname(__file__), "data.txt")).read()', 'data'),
    ('from .tools import VALUE\nreturn VALUE', 'tools'),
    ('from . import tools\nreturn tools.VALUE', 'tools'),
    ('from lib import tools\nreturn tools.VALUE', 'tools'),
    ('import lib.tools\nreturn lib.tools.VALUE', 'tools'),
    ('import tools\nreturn tools.VALUE', 'tools'),
    ('import pickle\nfrom .tools import Thing\n'
     'return pickle.loads(pickle.dumps(Thing())).__class__ is Thing', True),
    ('import inspect\nreturn "inspect" in inspect.getsource(__import__("lib.app").app)', True),
])
def test_lib_is_a_package(handler, init, body, value):
    served = handler({**init, 'app.py': of_app(body), 'data.txt': 'data',
                      'tools.py': 'VALUE = "tools"\nclass Thing: pass\n'})
    assert value_of(served, 'app.get()') == value


@WITH_AND_WITHOUT
@pytest.mark.parametrize('body, value', [
    ('return __package__', 'lib.shop.deep'),
    ('import importlib.resources\n'
     'return importlib.resources.read_text(__package__, "data.txt")', 'deep'),
    ('import importlib.resources\nfiles = getattr(importlib.resources, "files", None)\n'
     'return files(__package__).joinpath("data.txt").read_text() if files else "deep"', 'deep'),
    ('import importlib.resources\nfiles = getattr(importlib.resources, "files", None)\n'
     'return files("lib").joinpath("data.txt").read_text() if files else "top"', 'top'),
    ('from ..tools import VALUE\nreturn VALUE', 'shop'),
    ('from ...tools import VALUE\nreturn VALUE', 'top'),
    ('from lib.shop import tools\nreturn tools.VALUE', 'shop'),
    ('import lib.shop.tools\nreturn lib.shop.tools.__spec__.name', 'lib.shop.tools'),
    ('import lib.shop\nreturn lib.shop.__spec__.name', 'lib.shop'),
])
def test_folders_of_lib_are_packages(handler, init, body, value):
    served = handler({**init, 'shop/deep/app.py': of_app(body), 'shop/deep/data.txt': 'deep',
                      'data.txt': 'top', 'tools.py': 'VALUE = "top"\n',
                      'shop/tools.py': 'VALUE = "shop"\n'})
    assert value_of(served, 'shop.deep.app.get()') == value


BESIDE = 'VALUE = %r\n'


@WITH_AND_WITHOUT
@pytest.mark.parametrize('name, where', [('app', ''), ('shop.app', 'shop/'),
                                         ('shop.deep.app', 'shop/deep/')])
@pytest.mark.parametrize('body, value', [
    ('from . import tools\nreturn tools.VALUE', 'sibling'),
    ('from .tools import VALUE\nreturn VALUE', 'sibling'),
    ('from .app import inner\nreturn inner.VALUE', 'child'),
    ('from .app.inner import VALUE\nreturn VALUE', 'child'),
    ('return __package__ == __spec__.parent == __name__.rpartition(".")[0]', True),
    ('from importlib import import_module\n'
     'return import_module(".tools", __package__).VALUE', 'sibling'),
    ('import sys\nreturn len(sys.modules[__name__].__path__)', 1),
    ('import importlib, sys\nreturn importlib.reload(sys.modules[__name__]).Application.__module__'
     ' == __name__', True),
])
def test_a_folder_beside_a_file_of_its_name_leaves_the_imports_of_the_file_alone(
        handler, init, name, where, body, value):
    served = handler({**init, where + 'app.py': of_app(body),
                      where + 'tools.py': BESIDE % 'sibling',
                      where + 'app/inner.py': BESIDE % 'child' + ONE % 'inner',
                      where + 'app/tools.py': BESIDE % 'child'})
    assert value_of(served, name + '.get()') == value
    assert value_of(served, name + '.inner.get()') == 'inner'


def test_an_empty_folder_beside_a_file_of_its_name_changes_nothing(handler, tmp_path):
    (tmp_path / 'lib' / 'app').mkdir(parents=True)
    served = handler({'app.py': of_app('from . import tools\nreturn tools.VALUE'),
                      'tools.py': BESIDE % 'sibling'})
    assert value_of(served, 'app.get()') == 'sibling'


def test_a_helper_beside_a_folder_of_its_name_is_imported_absolutely_too(handler):
    served = handler({'app.py': of_app('import helper13, helper13.inner\n'
                                       'return helper13.VALUE, helper13.inner.VALUE'),
                      'helper13.py': BESIDE % 'file', 'helper13/inner.py': BESIDE % 'folder'})
    assert value_of(served, 'app.get()') == ['file', 'folder']


def test_init_is_run_once_and_before_the_files(handler):
    served = handler({'__init__.py': 'ORDER = ["init"]\n',
                      'app.py': 'from . import ORDER\nORDER.append("app")\n' + of_app(
                          'return ORDER')})
    assert value_of(served, 'app.get()') == ['init', 'app']
    assert value_of(served, 'app.get()') == ['init', 'app']


def test_settings_are_read_without_the_package(library, tmp_path):
    from xmlrpcgi.handler import make
    made = make(library({'__init__.py': 'raise ValueError("not yet")\n',
                         'settings.py': 'MAX_BODY = 4321\n'}))
    assert made.settings.MAX_BODY == 4321
    assert 'lib' not in sys.modules


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A function: install these files ({path: source}) beside the standard library."""
    before = set(sys.modules)

    def install(files):
        folder = tmp_path / 'site-packages'
        for name, source in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(source)
        monkeypatch.syspath_prepend(str(folder))
    yield install
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], '__file__', None) and str(tmp_path) in \
                sys.modules[name].__file__:
            del sys.modules[name]


SIX = 'WHOSE = %r\n'


@pytest.mark.parametrize('before', ['', 'import json, email, tools13\n', 'import other13\n',
                                    'from lib import tools13\n'])
def test_a_copied_module_wins_over_an_installed_one_whatever_was_imported_before(
        handler, installed, before):
    installed({'six13.py': SIX % 'installed', 'other13.py': 'VALUE = 1\n'})
    served = handler({'six13.py': SIX % 'copied', 'tools13.py': 'import other13\n',
                      'app.py': before + 'import six13\n' + of_app('return six13.WHOSE')})
    assert value_of(served, 'app.get()') == 'copied'


def test_a_copied_package_wins_over_an_installed_one(handler, installed):
    installed({'six13/__init__.py': SIX % 'installed', 'six13/deep.py': SIX % 'installed'})
    served = handler({'six13/__init__.py': SIX % 'copied', 'six13/deep.py': SIX % 'copied',
                      'app.py': of_app('import six13.deep\nreturn six13.WHOSE, six13.deep.WHOSE')})
    assert value_of(served, 'app.get()') == ['copied', 'copied']
    assert listed(served) == ['app.get']


def test_a_class_file_of_the_name_of_an_installed_package_leaves_it_alone(handler, installed):
    installed({'redis13.py': SIX % 'installed',
               'other13.py': 'import redis13\nW = redis13.WHOSE\n'})
    served = handler({'redis13.py': 'import redis13, other13\n' + of_app(
        'return redis13.WHOSE, other13.W, redis13.__name__')})
    assert value_of(served, 'redis13.get()') == ['installed', 'installed', 'redis13']


def test_a_class_file_comes_last_and_comes_all_the_same(handler):
    served = handler({'orders13.py': 'VALUE = "class file"\n' + ONE % 'orders',
                      'app.py': of_app('import orders13\nreturn orders13.VALUE')})
    assert value_of(served, 'app.get()') == 'class file'
    assert value_of(served, 'orders13.get()') == 'orders'


@pytest.mark.parametrize('name', ['email', 'calendar', 'json', 'queue', 'abc', 'token', 'types'])
def test_a_class_file_of_a_name_of_the_standard_library_disturbs_nobody(handler, name):
    served = handler({name + '.py': 'import %s\n' % name + of_app(
        'import email.message, calendar, json, queue, logging\n'
        'return "lib" in (%s.__file__ or "").split("/")[-2:-1]' % name)})
    assert value_of(served, name + '.get()') is False


def test_a_helper_file_of_a_name_of_the_standard_library_disturbs_nobody(handler):
    served = handler({'queue.py': 'VALUE = "ours"\n', 'app.py': of_app(
        'import queue\nfrom . import queue as ours\nreturn hasattr(queue, "Queue"), ours.VALUE')})
    assert value_of(served, 'app.get()') == [True, 'ours']


def test_what_does_not_parse_is_a_class_file_for_absolute_imports(handler, installed):
    installed({'six13.py': SIX % 'installed'})
    served = handler({'six13.py': 'class Application\n',
                      'app.py': of_app('import six13\nreturn six13.WHOSE')})
    assert value_of(served, 'app.get()') == 'installed'


def test_a_package_that_is_broken_breaks_who_imports_it_and_nothing_else(handler):
    served = handler({'six13/__init__.py': '1/0\n', 'app.py': 'import six13\n' + ONE % 'app',
                      'other.py': ONE % 'other'})
    assert value_of(served, 'app.get()') == Fails(-32500)
    assert value_of(served, 'other.get()') == 'other'
    assert listed(served) == ['other.get']
