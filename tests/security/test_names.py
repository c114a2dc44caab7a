"""Method names that mean to reach what is not published (CVE-2005-0089, CVE-2017-11610)."""

import functools
import os
import sys
import unicodedata
from xmlrpc.client import Fault

import pytest
from xmlrpcgi.handler import Handler

from tests.security import tried
from tests.security.names import (
    CHAINS,
    FILES,
    LONG,
    LOOK_ALIKES,
    OF_MODULES,
    OF_OBJECTS,
    OF_PATHS,
)

KIND = 'dotted names'


@pytest.fixture
def served(handler):
    """The handler of FILES; at the end nothing of lib.app was called but `open_`."""
    made = handler(FILES)
    yield made
    app = sys.modules.get('lib.app')
    assert app is None or app.called == []


def refused(run, handler, names):
    """Call each of `names`; each is a fault that says there is none, and says no more."""
    for name in names:
        tried(KIND)
        with pytest.raises(Fault) as caught:
            run(handler, name)
        assert caught.value.faultCode in (-32601, -32600, -32700), name
        text = caught.value.faultString
        assert len(text) < 200 and 'Traceback' not in text and handler.library.folder not in text


def test_what_is_published_is_reached_by_its_own_name_alone(served, call):
    assert call(served, 'app.open_') == 'open' and call(served, 'shop.orders.open_') == 1


def test_a_dotted_name_cannot_reach_attributes_of_the_class(served, call):
    """CVE-2005-0089: Python's SimpleXMLRPCServer followed any dotted name (PSF-2005-001)."""
    refused(call, served, ['app.' + name for name in OF_OBJECTS])


def test_a_dotted_name_cannot_go_on_through_objects(served, call):
    """CVE-2005-0089, CVE-2017-11610."""
    refused(call, served, CHAINS)
    refused(call, served, ['app.open_.' + name for name in OF_OBJECTS])
    refused(call, served, ['%s.%s' % (name, other) for name in ('app.__class__', 'app.made')
                           for other in OF_OBJECTS])


def test_a_dotted_name_cannot_reach_module_globals(served, call):
    """CVE-2017-11610: Supervisor's namespaces led to the modules they had imported."""
    refused(call, served, OF_MODULES)
    loaded = [name for name in list(sys.modules) if name.isidentifier() and name != 'app']
    refused(call, served, ['%s.open_' % name for name in loaded if name != 'lib'])
    refused(call, served, ['%s.main' % name for name in sys.builtin_module_names])


def test_a_name_is_no_path(served, call):
    """Path separators, NUL, "..", drive letters, escapes, quotes, patterns, other cases."""
    refused(call, served, OF_PATHS)


def test_characters_that_look_alike_are_others(served, call):
    """Python's own identifiers are normalized (NFKC): `\uff41pp` in a source is `app`."""
    refused(call, served, LOOK_ALIKES)


@functools.lru_cache(maxsize=None)
def decomposed():
    """The characters that Unicode has other characters for; all others stay themselves."""
    return [char for char in map(chr, range(128, 0x110000)) if unicodedata.decomposition(char)]


@pytest.mark.parametrize('form', ['NFC', 'NFD', 'NFKC', 'NFKD'])
def test_no_character_at_all_is_taken_for_an_underscore_or_a_dot(served, call, form):
    same = [char for char in decomposed()
            if unicodedata.normalize(form, char).strip() in ('_', '.', '__', '/', '..')]
    assert form in ('NFC', 'NFD') or len(same) > 10
    for char in same:
        refused(call, served, ['app%sopen_' % char, 'app.%shidden' % char, 'app.open%s' % char])


def test_a_name_of_any_length_is_refused_without_a_look_at_files(served, call, monkeypatch):
    refused(call, served, LONG)
    looked = []
    monkeypatch.setattr('xmlrpcgi.library.stat', lambda path: looked.append(path) or os.stat(path))
    refused(call, served, [name for name in LONG if len(name) > 255])
    assert looked == []


def test_every_file_that_is_looked_at_is_within_lib(served, call, monkeypatch):
    looked = []
    monkeypatch.setattr('xmlrpcgi.library.stat', lambda path: looked.append(path) or os.stat(path))
    for names in (CHAINS, OF_MODULES, OF_PATHS, LOOK_ALIKES, LONG):
        refused(call, served, names)
    assert looked
    for path in looked:
        assert os.path.normpath(path).startswith(served.library.folder)


def test_no_name_loads_a_module_from_outside_of_lib(served, call):
    call(served, 'app.open_')
    before = set(sys.modules)
    for names in (CHAINS, OF_MODULES, OF_PATHS, LOOK_ALIKES, LONG):
        refused(call, served, names)
    new = {name for name in set(sys.modules) - before if name[:4] != 'lib.'}
    # Those that a refusal itself may use.
    assert {name for name in new if not name.startswith(('encodings', 'xmlrpcgi'))} <= {'difflib'}


def test_a_file_of_settings_is_no_namespace_on_a_file_system_that_ignores_case(handler, call):
    """macOS and Windows: lib/settings.py is there by the name Settings.py too."""
    files = dict(FILES, **{'Settings.py': 'PASSWORD = "xyzzy"\n', 'settings.py': ''})
    refused(call, handler(files), ['Settings.PASSWORD', 'Settings.x', 'SETTINGS.PASSWORD',
                                   'Settings.PASSWORD.upper', 'Settings.__dict__'])


def test_introspection_tells_nothing_of_what_cannot_be_called(served, call):
    listed = call(served, 'system.listMethods')
    assert [name for name in listed if name[:7] != 'system.'] == ['app.open_', 'shop.orders.open_']
    for names in (CHAINS, OF_MODULES, ['app.' + name for name in OF_OBJECTS]):
        for name in names:
            tried(KIND, 2)
            for ask in ('system.methodHelp', 'system.methodSignature'):
                with pytest.raises(Fault) as caught:
                    call(served, ask, name)
                assert caught.value.faultCode == -32601


def test_a_name_that_is_no_string_is_a_fault(served, call):
    for name in (1, True, None, 1.5, [], ['app', 'open_'], {}, {'a': 1}, b'app.open_'):
        tried(KIND, 3)
        assert call(served, 'system.multicall', [{'methodName': name, 'params': []}]
                    )[0]['faultCode'] == -32600
        for ask in ('system.methodHelp', 'system.methodSignature'):
            with pytest.raises(Fault) as caught:
                call(served, ask, name)
            assert caught.value.faultCode in (-32601, -32602), name


# Registered by hand, as with the standard library's class.

class Instance:
    """What CVE-2005-0089 was about: an object that was registered as it is."""

    def __init__(self):
        self.called = []
        self.inner = Inner()
        self.module = os

    def open_(self):
        return 'open'

    def _hidden(self):
        self.called.append('_hidden')


class Inner:
    def reach(self):
        return 'reached'

    def _hidden(self):
        return 'hidden'


def by_hand(dotted):
    made = Handler()
    made.register_instance(Instance(), allow_dotted_names=dotted)
    return made


def test_an_instance_registered_by_hand_is_not_gone_through(call):
    """CVE-2005-0089: dotted names of a registered instance are off, as in Python since."""
    made = by_hand(False)
    assert call(made, 'open_') == 'open'
    for name in ['inner.reach', 'module.system', 'called.append', 'open_.__func__', '_hidden',
                 'inner._hidden'] + [n for n in OF_OBJECTS if n.startswith('_')]:
        tried(KIND)
        with pytest.raises(Fault):
            call(made, name)
    assert made.instance.called == []


def test_where_dotted_names_are_asked_for_underscores_stay_closed(call):
    made = by_hand(True)
    assert call(made, 'inner.reach') == 'reached'
    for name in ['_hidden', 'inner._hidden', 'open_.__func__', 'open_.__globals__.get',
                 'inner.__class__', 'inner.__class__.reach', 'inner.__init__.__globals__',
                 'inner..reach', '.inner.reach', 'inner.', 'module.__dict__.get']:
        tried(KIND)
        with pytest.raises(Fault):
            call(made, name)
    assert made.instance.called == []


def test_a_function_of_another_module_is_no_method_by_its_name_alone(handler, call):
    """`run = subprocess.call` in a class, for its own use, gave the world a shell."""
    made = handler({'app.py': '''
        import functools, json, shutil, subprocess
        from lib.tools import kept
        import plain

        def plainly(function):
            def wrapper(*params):
                return function(*params)
            return wrapper

        class Application:
            from shutil import rmtree
            run = subprocess.call
            dumps = staticmethod(json.dumps)
            start = classmethod(subprocess.check_output)
            copy = shutil.copyfile
            wraps = functools.wraps

            shared = staticmethod(kept)
            copied = staticmethod(plain.copied)

            @plainly
            def decorated(self):
                return 'decorated'

            @functools.lru_cache(maxsize=None)
            def cached(self):
                return 'cached'

            wordy = lambda self: 'wordy'
        ''', 'tools.py': 'def kept(): return "kept"\n',
        'plain.py': 'def copied(): return "copied"\n'})
    refused(call, made, ['app.rmtree', 'app.run', 'app.dumps', 'app.start', 'app.copy',
                         'app.wraps'])
    for name in ('shared', 'copied', 'decorated', 'wordy'):
        assert call(made, 'app.' + name) in ('kept', name)
