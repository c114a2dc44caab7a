"""@allow: who may call, who sees what is listed, and what the others are told."""

import xmlrpc.client
from xmlrpc.client import Fault

import pytest
from xmlrpcgi import allow
from xmlrpcgi.message import Request

SHOP = '''
    from xmlrpcgi import allow

    class Application:
        def open(self): return 'open'

        @allow(authenticated=True)
        def members(self): return 'members'

        @allow(user='ann')
        def hers(self): return 'hers'

        @allow(user=('ann', 'bob'))
        @staticmethod
        def theirs(): return 'theirs'

        @classmethod
        @allow(user='bob')
        def his(cls): return 'his'
'''
VAULT = '''
    from xmlrpcgi import allow

    @allow(authenticated=True)
    class Application:
        def count(self): return 3

        @allow(user='ann')
        def empty(self): return 0
'''


@pytest.fixture
def ask(handler):
    """ask(user, method, *params): call as this user ('' for nobody)."""
    served = handler({'shop.py': SHOP, 'vault.py': VAULT,
                      'sub.py': 'from lib.vault import Application as Base\n'
                                'class Application(Base): pass\n'})

    def call(user, method, *params):
        environ = {'REQUEST_METHOD': 'POST', 'REMOTE_USER': user} if user else {}
        body = xmlrpc.client.dumps(params, method).encode()
        answer = served.call(body, None, Request(environ, None))
        return xmlrpc.client.loads(answer.body)[0][0]
    return call


ALL = {'shop.open': ('', 'ann', 'bob', 'eve'), 'shop.members': ('ann', 'bob', 'eve'),
       'shop.hers': ('ann',), 'shop.theirs': ('ann', 'bob'), 'shop.his': ('bob',),
       'vault.count': ('ann', 'bob', 'eve'), 'vault.empty': ('ann',),
       'sub.count': ('ann', 'bob', 'eve'), 'sub.empty': ('ann',)}


@pytest.mark.parametrize('user', ['', 'ann', 'bob', 'eve'])
@pytest.mark.parametrize('method', sorted(ALL))
def test_only_those_named_may_call(ask, user, method):
    if user in ALL[method]:
        ask(user, method)
        return
    with pytest.raises(Fault) as caught:
        ask(user, method)
    assert caught.value.faultCode == -32501
    assert caught.value.faultString == (
        '%s is not for this user' % method if user else
        '%s is for users who log in, and this call came without a user' % method)


@pytest.mark.parametrize('user', ['', 'ann', 'bob', 'eve'])
def test_what_one_may_not_call_is_not_listed_nor_described(ask, user):
    mine = sorted(method for method in ALL if user in ALL[method])
    listed = [name for name in ask(user, 'system.listMethods') if not name.startswith('system.')]
    described = [method['name'] for method in ask(user, 'system.describe')['methods']
                 if not method['name'].startswith('system.')]
    assert listed == described == mine
    for method in set(ALL) - set(mine):
        with pytest.raises(Fault, match='there is no method'):
            ask(user, 'system.methodHelp', method)


def test_the_first_refusal_in_a_multicall_fails_the_rest(ask):
    calls = [{'methodName': name, 'params': []}
             for name in ('shop.open', 'nothing', 'shop.hers', 'shop.open')]
    answers = ask('', 'system.multicall', calls)
    assert answers[0] == ['open']
    assert [answer['faultCode'] for answer in answers[1:]] == [-32601, -32501, -32501]


def test_allow_without_anybody_is_refused_when_the_class_is_written():
    for arguments in ({}, {'authenticated': False}):
        with pytest.raises(ValueError, match='allow'):
            allow(**arguments)


@pytest.mark.parametrize('user', ['m\u00fcller', 'm\udcfcller'], ids=['UTF-8', 'Latin-1'])
def test_a_name_is_the_same_in_a_password_file_of_either_encoding(handler, user):
    served = handler({'app.py': """
        from xmlrpcgi import allow
        class Application:
            @allow(user='m\u00fcller')
            def hers(self, request): return request.user
        """})
    request = Request({'REQUEST_METHOD': 'POST', 'REMOTE_USER': user}, None)
    answer = served.call(xmlrpc.client.dumps((), 'app.hers').encode(), None, request)
    assert xmlrpc.client.loads(answer.body)[0] == ('m\u00fcller',)
