"""What the time of an answer tells: of names that may not be called, of users, of passwords.

Time itself is no measure on a shared machine. The steps of the interpreter are: where two
requests take the same ones, their times differ by noise alone.
"""

import gc
import sys
from xmlrpc.client import dumps

import pytest
from xmlrpcgi import allow

from tests.security import tried
from tests.security.names import FILES
from tests.unit.ask import ask, handler

KIND = 'timing'


def steps(work):
    """The lines of Python that `work()` runs, counted, once what is loaded late is there."""
    work()
    work()
    count = [0]

    def trace(frame, event, argument):
        count[0] += 1
        return trace
    before = sys.gettrace()
    gc.collect()
    gc.disable()                # what is collected may run code of others
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
        gc.enable()
    return count[0]


def of(made, method, *params, user='bob'):
    body = dumps(params, method).encode()
    return steps(lambda: ask(body, to=made, environ={'REMOTE_USER': user}))


def twin(name):
    """A name of the same length and kind that stands for nothing; an answer shows each letter."""
    return name.replace(next(char for char in reversed(name) if char != '_'), 'q')


@pytest.fixture
def served(handler, monkeypatch):  # noqa: F811  the fixture, of files in lib/
    """Without the reason for the log, which is looked for where a file or class has the name."""
    from xmlrpcgi.methods import unpublished
    monkeypatch.setattr(unpublished, 'why', lambda *_: '')
    return handler(FILES)


def test_the_steps_can_be_told_apart_at_all(served):
    assert of(served, 'app.open_') != of(served, 'app.nothing') != of(served, 'nothing')


def test_a_hidden_name_takes_the_steps_of_one_that_is_not_there(served):
    for name in ('_hidden', '__dunder__', '__class__', '__init__', 'evaluated', 'run', 'nested',
                 'made',
                 'module', 'aliases', 'mro', 'meta', 'keys', '_static', 'SECRET', 'helper',
                 'Other'):
        tried(KIND)
        assert of(served, 'app.' + name) == of(served, 'app.' + twin(name)), name


def test_files_that_cannot_be_named_take_the_steps_of_files_that_are_not_there(served):
    for name, none in (('_private.reach', '_nothing.reach'), ('settings.reach', 'settings.twist'),
                       ('9lives.reach', '9lines.reach'),
                       ('shop._private.reach', 'shop._nothing.reach')):
        tried(KIND)
        assert of(served, name) == of(served, none), name


def restricted():
    class Application:
        @allow(user=('ann', 'anna', 'carol'))
        def hers(self, number: int):
            return 1

        def _ers(self):
            return 1
    made = handler()
    made.register_class('app', Application)
    made.register_introspection_functions()
    return made


def test_a_refusal_takes_the_same_steps_for_every_user_and_all_arguments():
    made = restricted()
    expected = of(made, 'app.hers')
    for user in ('eve', 'an', 'ann ', 'Ann', 'x' * 1000):
        for params in ((), (1,), ('a',), (1, 2), ([1] * 9,)):
            tried(KIND)
            body = dumps(params, 'app.hers').encode()
            assert b'-32501' in ask(body, to=made, environ={'REMOTE_USER': user}).body
    for user in ('eve', 'an', 'ann ', 'Ann'):
        tried(KIND)
        assert of(made, 'app.hers', user=user) == expected
    assert of(made, 'app.nope') != of(made, 'app.hers') == expected


def test_help_on_what_one_may_not_call_is_as_help_on_nothing():
    """Answer and steps: who may not call a method does not hear from here that there is one."""
    made = restricted()
    for method in ('system.methodHelp', 'system.methodSignature'):
        nothing = of(made, method, 'app.nope')
        for name in ('app.hers', 'app.Hers', 'app._ers'):
            tried(KIND)
            assert of(made, method, name) == nothing
            texts = {ask(dumps((asked,), method).encode(), to=made, environ={'REMOTE_USER': 'bob'})
                     .body.replace(asked.encode(), b'NAME') for asked in (name, 'app.nope')}
            assert len(texts) == 1
