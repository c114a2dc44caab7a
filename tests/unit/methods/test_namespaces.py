"""system.describe: what namespaces say about themselves, and whether @allow hides methods."""

import pytest
from xmlrpcgi.message import Request
from xmlrpcgi.methods.system import describe

OPEN = 'class Application:\n    def f(self): pass\n'


def described(made, user=''):
    """({namespace: its help}, whether methods are hidden) for a user."""
    request = Request({'REQUEST_METHOD': 'POST', 'REMOTE_USER': user}, lambda size: b'')
    found = describe(made, request)
    return {one['name']: one['help'] for one in found['namespaces']}, found['restricted']


@pytest.mark.parametrize('source, help_', [
    (OPEN, None),
    ('"""The shop.\n\n    Open at nine.\n"""\n' + OPEN, 'The shop.\n\nOpen at nine.'),
    ('class Application:\n    """Orders."""\n    def f(self): pass\n', 'Orders.'),
    ('"""The shop."""\nclass Application:\n    """\n    Orders.\n\n    """\n'
     '    def f(self): pass\n', 'The shop.\n\nOrders.'),
    ('"""a\\x0bb"""\n' + OPEN, 'a\ufffdb'),
    ('__doc__ = 3\n' + OPEN.replace(':', ':\n    __doc__ = 4', 1), None),
    ('class Base:\n    """Of the base."""\n'
     + OPEN.replace('Application', 'Application(Base)'), None),
    ('from dataclasses import dataclass\n@dataclass\n' + OPEN.replace(':', ':\n    a: int = 1', 1),
     None),
])
def test_a_namespace_has_the_docstrings_of_its_module_and_class(handler, source, help_):
    found, _ = described(handler({'shop/orders.py': source}))
    assert found.get('shop.orders') == help_


def test_a_namespace_is_described_to_those_who_may_call_it(handler):
    made = handler({'vault.py': '''
        """Where the gold is."""
        from xmlrpcgi import allow

        @allow(user='ann')
        class Application:
            def count(self): return 3
    ''', 'app.py': OPEN})
    assert described(made) == described(made, 'bob') == ({}, True)
    assert described(made, 'ann') == ({'vault': 'Where the gold is.'}, False)


def test_a_registered_class_describes_itself_but_not_its_module(handler):
    class Tools:
        """Of iron."""
        def saw(self):
            pass

    made = handler({'app.py': OPEN})
    made.register_class('tools', Tools())
    assert described(made) == ({'tools': 'Of iron.'}, False)
