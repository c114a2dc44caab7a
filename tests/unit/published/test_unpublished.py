"""What is not published says why: to the owner in the log and in lists, never to the caller."""

import pytest
from xmlrpcgi.client.local import Local
from xmlrpcgi.methods.unpublished import reasons, tables

from tests.unit.published import NONE, listed, put, value_of

ONE = 'class Application:\n    def get(self): return 1\n'
LETTERS = 'rename it with the letters a to z, digits and underscores'
PACKAGE = 'has an __init__.py: it is a package for classes to import, and publishes nothing; ' \
          'remove the __init__.py of a folder whose classes callers should reach'


def in_class(body):
    lines = ['    %s\n' % line for line in (body + '\ndef get(self): return 1').split('\n')]
    return {'app.py': 'import functools, os\nfrom shutil import rmtree\nclass Application:\n'
                      + ''.join(lines)}


def behind(call, takes='self, *args', more=''):
    """A method with an optional parameter behind a decorator that makes this call."""
    return {'app.py': '''
import functools
def decorated(inner):
    @functools.wraps(inner)
    def wrapper(%s, **named):
        return %s
    %s
    return wrapper
class Application:
    @decorated
    def x(self, connection, number: int = 1): return number
''' % (takes, call, more)}


SUPPLIED = 'lib/app.py, x has optional parameters, and a decorator that supplies an argument: ' \
           'the arguments of a call are checked against the wrong parameters; set ' \
           '__signature__ of the wrapper to the parameters that callers fill'
TABLE = {       # what: (files, a call that ends in -32601, the line)
    'no Application': (
        {'app.py': 'X = 1\n'}, 'app.get()',
        'lib/app.py has no class Application; write one, if callers should reach something of it'),
    'another class name': (
        {'app.py': 'class App:\n    def get(self): return 1\n'}, 'app.get()',
        'lib/app.py has no class Application, but App; call the class Application, if callers '
        'should reach its methods'),
    'lower case': (
        {'app.py': ONE.replace('App', 'app')}, 'app.get()',
        'lib/app.py has a class application; write Application, with a capital A and the rest in '
        'small letters'),
    'an instance': (
        {'app.py': ONE + 'Application = Application()\n'}, 'app.get()',
        'lib/app.py has Application that is not a class, but of the type Application; let '
        'Application be the class itself'),
    'imported from another module': (
        {'app.py': 'from .other import Application\n', 'other.py': ONE}, 'app.get()',
        'lib/app.py has Application from the module lib.other, and a class is published where it '
        'is written; write class Application(...) here, derived from it'),
    'functions only': (
        {'app.py': 'def get(): return 1\n'}, 'app.get()',
        'lib/app.py has functions (get) and no class; make them methods of a class Application, '
        'if callers should reach them'),
    'a hyphen': ({'my-app.py': ONE}, 'my-app.get()', 'lib/my-app.py cannot be named by a call: '
                 'my-app has a hyphen; ' + LETTERS),
    'a space': ({'my app.py': ONE}, 'my app.get()', 'lib/my app.py cannot be named by a call: '
                'my app has a space; ' + LETTERS),
    'an umlaut': ({'über.py': ONE}, 'über.get()', 'lib/über.py cannot be named by a call: über '
                  'has the character ü; ' + LETTERS),
    'a digit': ({'1app.py': ONE}, '1app.get()', 'lib/1app.py cannot be named by a call: 1app '
                'begins with a digit; ' + LETTERS),
    'a folder with a hyphen': ({'my-shop/app.py': ONE}, 'my-shop.app.get()', 'lib/my-shop/app.py '
                               'cannot be named by a call: my-shop has a hyphen; ' + LETTERS),
    'an underscore': ({'_app.py': ONE}, '_app.get()', 'lib/_app.py is private: _app begins with '
                      'an underscore; rename it, if callers should reach it'),
    '.PY': ({'app.PY': ONE}, 'app.get()', 'lib/app.PY ends in .PY; rename it app.py'),
    '.py.txt': ({'app.py.txt': ONE}, 'app.get()',
                'lib/app.py.txt ends in .py.txt; rename it app.py'),
    'a package': ({'shop/__init__.py': ONE}, 'shop.get()', 'lib/shop/ ' + PACKAGE),
    'in a package': ({'shop/__init__.py': '', 'shop/orders.py': ONE}, 'shop.orders.get()',
                     'lib/shop/ ' + PACKAGE),
    'a second class of the name': (
        {'app.py': ONE + 'class Application:\n    def put(self): return 1\n'}, None,
        'lib/app.py has 2 classes Application, of which the last counts; make one of them'),
    'hidden by a package': ({'shop.py': ONE, 'shop/__init__.py': ''}, None, 'lib/shop.py is hidden '
                            'by the package lib/shop/; rename one of them'),
    'settings': ({'settings.py': ONE}, 'settings.get()', 'lib/settings.py holds the settings, and '
                 'its class is not published; put the class into another file'),
    'without a dot': ({'__init__.py': 'class Api:\n    def get(self): return 1\n'}, 'get()',
                      'lib/__init__.py has no class Application, but Api; call the class '
                      'Application, if callers should reach its methods'),
    'a property': (in_class('@property\ndef x(self): return 1'), 'app.x()',
                   'lib/app.py, x is a property; make it a method: remove @property'),
    'a nested class': (in_class('class x: pass'), 'app.x()', 'lib/app.py, x is a class within the '
                       'class; put it into a file of its own, as Application'),
    'a partial': (in_class('x = functools.partial(os.listdir, "/")'), 'app.x()',
                  'lib/app.py, x is a functools.partial, which gets no self; use '
                  'functools.partialmethod, or def'),
    'a function of another module': (in_class('x = rmtree'), 'app.x()',
                                     'lib/app.py, x is a function of the module shutil; write '
                                     'def x here, and call it there'),
    'a function of C': (in_class('x = staticmethod(os.getcwd)'), 'app.x()',
                        'lib/app.py, x is a function of the module posix; write def x here, and '
                        'call it there'),
    'an async function': (in_class('async def x(self): pass'), None, 'lib/app.py, x is an async '
                          'function, and nothing awaits it; make it a plain one that calls '
                          'asyncio.run'),
    'a required parameter by name alone': (
        in_class('def x(self, *, key): pass'), None, 'lib/app.py, x has a keyword-only '
        'parameter (key), which a call cannot fill; give it a default, or remove the *'),
    '**named': (in_class('def x(self, a, **named): pass'), None, 'lib/app.py, x has **named, which '
                'a call never fills; take a struct as one more parameter, if callers should send '
                'names of their own'),
    'a decorator that supplies an argument': (behind("inner(self, 'connection', *args)"), None,
                                              SUPPLIED),
    'a decorator that supplies one by name': (
        behind("inner(self, *args, connection='connection')"), None, SUPPLIED),
    'a decorator that supplies one to all of args': (
        behind("inner(args[0], 'connection', *args[1:])", '*args'), None, SUPPLIED),
    'a helper under two names': (
        {'app.py': ONE + 'import problems\n', 'other.py': ONE + 'from .problems import Problem\n',
         'problems.py': 'class Problem(Exception): pass\n'}, None, 'lib/problems.py is imported as '
        'problems in lib/app.py, and as lib.problems in lib/other.py: these are two modules, each '
        'with classes and variables of its own; write "from lib import problems" in lib/app.py'),
    'a helper in a folder under two names': (
        {'app.py': ONE + 'def late():\n    from tools.text import word\n',
         'shop/other.py': ONE + 'from ..tools import text\n', 'tools/text.py': 'word = 1\n'}, None,
        'lib/tools/text.py is imported as tools.text in lib/app.py, and as lib.tools.text in '
        'lib/shop/other.py: these are two modules, each with classes and variables of its own; '
        'write "from lib.tools import text" in lib/app.py'),
    'a class that another file imports by its bare name': (
        {'shop.py': ONE, 'app.py': ONE + 'import shop\n'}, None, 'lib/shop.py is imported as shop '
        'in lib/app.py, and as lib.shop by calls: these are two modules, each with classes and '
        'variables of its own; write "from lib import shop" in lib/app.py'),
    'hidden by a built-in name': (
        {'system.py': 'class Application:\n    def listMethods(self): pass\n'}, None,
        'lib/system.py, listMethods is hidden by the built-in system.listMethods; give it another '
        'name'),
}
LOG_ALONE = {   # what nobody takes for a method
    'a value': (in_class('x = 3'), 'app.x()', 'x is a value (int), not a method'),
    'a private method': (in_class('def _x(self): pass'), 'app._x()', '_x is private'),
    'another name': ({'app.py': 'from xmlrpcgi import name\n'
                      'class Application:\n    @name("a-b")\n    def x(self): pass\n'},
                     'app.x()', 'x is published as a-b alone'),
    'inherited from elsewhere': (
        {'app.py': 'import threading\nclass Application(threading.Thread): pass\n'}, 'app.run()',
        'run is inherited from threading.Thread, which is not in lib/'),
}
PLAIN = {       # nothing is wrong
    'a class': {'app.py': ONE},
    'values of a class': in_class('x = 3\ny = None\nz = [1]\n_p = property(len)'),
    'an empty __init__.py': {'app.py': ONE, '__init__.py': ''},
    'settings': {'app.py': ONE, 'settings.py': 'MAX_BODY = 1000\n'},
    'what is no Python': {'app.py': ONE, 'my-data.txt': 'x', 'my-notes.txt': ONE[6:],
                          'a/b-c.json': '{}', '.hidden.py': ONE, 'my-script.py': 'print(1)\n'},
    'a decorator that passes all on': behind('inner(self, *args, **named)'),
    'a decorator that names what it takes': behind('inner(self, a, *args)', 'self, a, *args'),
    'a decorator with a signature': behind(
        "inner(self, 'connection', *args)", more='import inspect; wrapper.__signature__ = '
        'inspect.Signature([inspect.Parameter("number", 1)])'),
    'a class named like a module of Python': {'json.py': ONE, 'app.py': ONE + 'import json\n'},
    'a foreign base': {'app.py': 'import threading\nclass Application(threading.Thread):\n'
                                 '    def own(self): pass\n'},
}


def lines(handler):
    return [str(reason) for reason in reasons(
        handler.library, tables(handler.library, handler.table))]


@pytest.mark.parametrize('what', TABLE)
def test_there_is_a_line_with_the_reason_and_the_fix(handler, what):
    files, _, line = TABLE[what]
    assert line in lines(handler(files))


@pytest.mark.parametrize('what', [what for what in TABLE if TABLE[what][1]] + list(LOG_ALONE))
def test_a_call_leaves_the_line_in_the_log_and_the_caller_does_not_see_it(handler, capsys, what):
    files, written, line = {**TABLE, **LOG_ALONE}[what]
    served = handler(files)
    outcome, _ = put(served, written)
    assert outcome == NONE
    assert outcome.part == 'there is no method ' + written[:-2]
    logged = capsys.readouterr().err
    assert logged.count('\n') == 1 and line in logged


@pytest.mark.parametrize('what', PLAIN)
def test_where_nothing_is_wrong_nothing_is_said(handler, what):
    assert lines(handler(PLAIN[what])) == []


@pytest.mark.parametrize('first, second', [('import problems', 'from problems import X'),
                                           ('from . import problems', 'from lib import problems')])
def test_a_helper_under_one_name_has_no_line(handler, first, second):
    served = handler({'app.py': ONE + first + '\n', 'other.py': ONE + second + '\n',
                      'problems.py': 'X = 1\n'})
    assert not [line for line in lines(served) if 'two modules' in line]


@pytest.mark.parametrize('written', [
    'no.get()', 'app.no()', 'no()', 'app.no.deep()', '../app.get()', 'app/../app.get()',
    '.app.get()', '..get()', 'a/b.get()', 'app.__class__()', 'app.__init__()',
    '/etc/passwd.get()', 'a..b()'])
def test_a_name_that_leads_nowhere_leaves_nothing_in_the_log(handler, capsys, written):
    assert value_of(handler({'app.py': ONE}), written) == NONE
    assert capsys.readouterr().err == ''


@pytest.mark.parametrize('more', ['', 'class Tools: pass\n'])
def test_a_file_that_registers_by_hand_has_no_line(handler, capsys, more):
    served = handler({'__init__.py': more + 'def register(handler):\n'
                                            '    handler.register_function(pow)\n'})
    assert value_of(served, 'no()') == NONE
    assert (capsys.readouterr().err, lines(served)) == ('', [])


def test_a_log_file_has_the_line_once(handler, tmp_path):
    served = handler({'app.py': 'X = 1\n'}, LOG_FILE=str(tmp_path / 'log'))
    value_of(served, 'app.get()')
    assert (tmp_path / 'log').read_text().count('has no class Application') == 1
    assert (tmp_path / 'log').read_text().count('\n') == 1


def test_an_object_that_fails_when_it_is_looked_at_costs_nobody_the_answer(handler):
    served = handler({'app.py': '''
        class Odd:
            @property
            def __class__(self): raise ValueError
            def __getattr__(self, name): raise ValueError(name)
        class Application:
            x = Odd()
        '''})
    assert value_of(served, 'app.x()') == NONE
    assert lines(served) == []


def test_a_file_of_an_odd_name_is_read_and_not_run(handler):
    import sys
    served = handler({'my-app.py': 'import sys\nsys.ran = True\n' + ONE})
    assert value_of(served, 'my-app.get()') == NONE
    assert lines(served) and not hasattr(sys, 'ran')


def test_a_named_pipe_is_not_opened(handler):
    import os
    served = handler({'app.py': ONE})
    for name in 'pipe.py', 'my-pipe.py', 'pipe.PY':
        os.mkfifo('%s/%s' % (served.library.folder, name))
    assert value_of(served, 'pipe.get()') == NONE
    assert value_of(served, 'my-pipe.get()') == NONE
    assert listed(served) == ['app.get']
    assert [line for line in lines(served) if 'my-pipe' in line] == []


def test_list_of_a_folder_says_it_too(library, capsys):
    made = library({'app.py': ONE, 'my-app.py': ONE})
    assert [str(reason) for reason in Local(made.folder).unpublished()] == [TABLE['a hyphen'][2]]
