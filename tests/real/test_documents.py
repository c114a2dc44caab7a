"""The examples of README.md and docs/ run as they stand: classes, callers and commands."""

import json
import os
import re
import shutil
import subprocess
import sys
import xmlrpc.client

import pytest
from xmlrpcgi.handler import Handler
from xmlrpcgi.library import Library
from xmlrpcgi.message import Request

from tests.documents import NAMES, TOP, blocks, section, text
from tests.tools import servers

ADDRESS = 'http://127.0.0.1:8000'
ITEMS = [{'article': 'tea', 'quantity': 2}, {'article': 'cup', 'quantity': 1}]
PROGRAMS = {'python': [sys.executable, '-c'], 'php': ['php'], 'javascript': ['node', '-e'],
            'sh': ['sh', '-c']}


@pytest.fixture(scope='module')
def address():
    """The small server on the example in lib/."""
    with servers.start('embedded', lib=TOP / 'lib') as running:
        yield running.url


@pytest.fixture
def ask(tmp_path):
    """A function: write a class into lib/orders.py; call its methods through a Handler."""
    before = list(sys.path), list(sys.meta_path)

    def make(source):
        (tmp_path / 'lib').mkdir()
        (tmp_path / 'lib' / 'orders.py').write_text(source)
        handler = Handler(library=Library(str(tmp_path / 'lib')))

        def call(method, *params, user=''):
            body = xmlrpc.client.dumps(params, method).encode()
            request = Request({'REQUEST_METHOD': 'POST', 'REMOTE_USER': user}, lambda n: b'')
            answer = handler.call(body, request=request).body
            return xmlrpc.client.loads(answer, use_builtin_types=True)[0][0]
        return call

    yield make
    sys.path[:], sys.meta_path[:] = before
    for name in [name for name in sys.modules if name == 'lib' or name.startswith('lib.')]:
        del sys.modules[name]


def fault(call, *words, **options):
    with pytest.raises(xmlrpc.client.Fault) as caught:
        call(*words, **options)
    return caught.value.faultCode, caught.value.faultString


def test_the_class_of_the_readme_keeps_orders(ask, tmp_path):
    said = section('README.md', 'Your class')
    source = blocks(said, 'python')[0]
    assert '/home/me/data/' in source
    call = ask(source.replace('/home/me/data/', str(tmp_path) + '/'))
    assert call('orders.create', 'Ann', [ITEMS[0], {'article': 'cup'}]) == 1
    assert call('orders.create', 'Bob', [{'article': 'pot'}]) == 2
    assert call('orders.items', 1) == ITEMS
    assert fault(call, 'orders.create', 'Ann', []) == (1, 'an order needs at least one item')
    code, sentence = fault(call, 'orders.create', 'Ann', [{'article': 'tea', 'quantity': 'two'}])
    assert code == -32602
    assert '`%s`' % sentence in ' '.join(said.split())


def test_the_type_hints_of_the_page_are_told_and_checked_as_it_says(ask):
    said = section('docs/classes.md', 'Type hints')
    call = ask(blocks(said, 'python')[0])
    signature = re.search(r'`(\[\[.*?\]\])`', said, re.S).group(1)
    assert call('system.methodSignature', 'orders.create') == json.loads(signature)
    code, sentence = fault(call, 'orders.create', 'Ann', [1, 2, 3, 'four'])
    assert code == -32602
    assert '`%s`' % sentence in ' '.join(said.split())


@pytest.mark.parametrize('name, method', [('README.md', 'remove'), ('docs/classes.md', 'delete')])
def test_who_may_call_is_as_the_page_says(ask, name, method):
    call = ask(blocks(section(name, 'Who may call'), 'python')[0].replace(
        '-> bool: ...', '-> bool: return True'))
    for user in 'ann', 'bob':
        assert call('orders.' + method, 1, user=user) is True
    for user in '', 'cat':
        assert fault(call, 'orders.' + method, 1, user=user)[0] == -32501
    assert 'orders.' + method not in call('system.listMethods', user='cat')


@pytest.mark.parametrize('language', PROGRAMS)
def test_a_caller_of_the_readme_gets_the_sum(address, language):
    program, = blocks(section('README.md', 'Callers'), language)
    words = PROGRAMS[language]
    needed = [words[0], 'curl'] if language == 'sh' else words[:1]
    missing = [name for name in needed if not shutil.which(name)]
    if language == 'php' and not missing and b'xmlrpc' not in subprocess.run(
            ['php', '-m'], stdout=subprocess.PIPE, check=True).stdout.split():
        missing = ['extension xmlrpc for PHP']
    if missing and os.environ.get('CI') == 'true':
        pytest.fail('There is no %s here.' % missing[0], pytrace=False)
    if missing:
        pytest.skip('There is no %s here.' % missing[0])
    program = program.replace(ADDRESS, address)
    by_input = {'input': program.encode()} if language == 'php' else {}
    done = subprocess.run(words + [program] * (not by_input), stdout=subprocess.PIPE, timeout=60,
                          check=True, **by_input)
    printed = done.stdout.decode().strip()
    assert printed == '5' or '<value><int>5</int></value>' in printed


# These need what they have written before: hosts/test_guide.py, process/test_questions.py.
FOLLOWED = 'docs/guide-sqlite.md', 'docs/questions.md'


@pytest.mark.parametrize('name', [name for name in NAMES if '```console' in text(name)
                                  and name not in FOLLOWED])
def test_what_a_page_shows_of_the_shell_is_what_comes(address, name):
    for block in blocks(text(name), 'console'):
        for command, shown in re.findall(r'^\$ (.*)\n((?:[^$].*\n)*)', block, re.M):
            command = command.replace(ADDRESS, address).replace('python3', sys.executable)
            done = subprocess.run(command, shell=True, cwd=TOP, stdout=subprocess.PIPE, timeout=60,
                                  check=True)
            assert done.stdout.decode() == shown


def test_the_link_to_the_classes_is_switched_by_the_commands_of_the_page(tmp_path):
    switch, = blocks(section('docs/classes.md', 'Replacing classes while calls run'), 'sh')
    for name in 'lib-1', 'lib-2':
        (tmp_path / name).mkdir()
    (tmp_path / 'lib').symlink_to('lib-1')
    subprocess.run(['sh', '-e', '-c', switch], cwd=tmp_path, check=True, timeout=60)
    assert os.readlink(tmp_path / 'lib') == 'lib-2'
    assert sorted(os.listdir(tmp_path)) == ['lib', 'lib-1', 'lib-2']


def test_the_script_that_registers_by_hand_answers(tmp_path):
    _, script = blocks(section('docs/classes.md', 'Registering by hand'), 'python')
    assert '/home/me/' in script
    path = tmp_path / 'mine.cgi'
    path.write_text(script.replace('/home/me/', str(TOP) + '/'))
    body = xmlrpc.client.dumps((2, 3), 'app.add').encode()
    done = subprocess.run([sys.executable, '-IS', path], input=body, stdout=subprocess.PIPE,
                          check=True, timeout=60, env={
                              'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
                              'CONTENT_LENGTH': str(len(body))})
    answer = done.stdout.split(b'\n\n' if b'\r\n\r\n' not in done.stdout else b'\r\n\r\n', 1)[1]
    assert xmlrpc.client.loads(answer)[0] == (5,)
