"""The lists of system.*: nothing that a class says of itself costs the others."""

import subprocess
import sys

from xmlrpcgi.handler import Handler

from tests.conftest import TOP


def test_system_methods_say_what_they_take(call):
    handler = Handler()
    handler.register_introspection_functions()
    handler.register_multicall_functions()
    methods = {method['name']: method for method in call(handler, 'system.describe')['methods']}
    assert methods['system.listMethods']['returns']['item'] == {'type': 'string'}
    assert all('undef' not in row for method in methods.values() for row in method['signatures'])


def test_hooks_that_fail_leave_the_others_listed(handler, call, capfd):
    made = handler({
        'bad.py': '''
            class Application:
                def kept(self): "Kept."
                def _listMethods(self): raise SystemExit("no list")
                def _dispatch(self, method, params): return method
        ''', 'helpless.py': '''
            class Application:
                def _listMethods(self): return ["helpless.a", 3]
                def _methodHelp(self, name): raise RuntimeError("no help")
                def _dispatch(self, method, params): return method
        '''})
    names = call(made, 'system.listMethods')
    assert {'bad.kept', 'helpless.a'} <= set(names)
    assert call(made, 'system.methodHelp', 'helpless.a') == ''
    described = call(made, 'system.describe')
    assert [method['name'] for method in described['methods']] == names
    assert described['unavailable'] == []
    assert 'no list' in capfd.readouterr().err


def test_a_name_that_xml_cannot_carry_is_listed_with_a_mark(handler, call):
    made = handler({'bell.py': '''
        from xmlrpcgi import name
        class Application:
            @name('a\\bb')
            def f(self): pass
    '''})
    assert 'bell.a\ufffdb' in call(made, 'system.listMethods')
    assert 'bell.a\ufffdb' in [method['name'] for method in
                               call(made, 'system.describe')['methods']]


def test_a_list_of_names_needs_no_type_hints(handler):
    made = handler({'app.py': 'class Application:\n    def f(self): pass\n'})
    code = ('import sys; sys.path.insert(0, %r)\nfrom xmlrpcgi.library import Library\n'
            'from xmlrpcgi.handler import make\nhandler = make(Library(%r))\n'
            'handler._dispatch("system.listMethods", [])\n'
            'print({"typing", "inspect", "functools", "xmlrpcgi.methods.description"}'
            ' & set(sys.modules) or "none")' % (str(TOP / 'cgi-bin'), made.library.folder))
    done = subprocess.run([sys.executable, '-IS', '-c', code], stdout=subprocess.PIPE, timeout=20)
    assert done.stdout == b'none\n'
