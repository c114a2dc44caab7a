"""The page in a real Chromium says that some methods need a login, and logs in by a token."""

import os
import subprocess
import sys

import pytest

from tests.documents import TOP
from tests.page.form import Form, at

LIB = {'app.py': '''
from xmlrpcgi import allow

class Application:
    def open(self) -> str:
        """Return a word."""
        return 'open'

    @allow(user='ann')
    def hers(self, request) -> str:
        """Return whose it is."""
        return request.user
''', 'vault.py': '''
"""Where the gold is."""
from xmlrpcgi import allow

@allow(authenticated=True)
class Application:
    def count(self) -> int:
        return 3
'''}


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    lib = tmp_path_factory.mktemp('login') / 'lib'
    lib.mkdir()
    for name, source in LIB.items():
        (lib / name).write_text(source)
    path = os.pathsep.join([str(TOP), str(TOP / 'cgi-bin')])
    with subprocess.Popen([sys.executable, '-m', 'tests.page.tokenserver', str(lib)], cwd=str(TOP),
                          env={**os.environ, 'PYTHONPATH': path}, stdout=subprocess.PIPE) as server:
        try:
            yield 'http://127.0.0.1:%d/xmlrpc/' % int(server.stdout.readline())
        finally:
            server.terminate()


def log_in(browser, token):
    browser.click('p.login button')
    browser.fill('[aria-label=Token]', token)
    browser.press('enter')


def test_a_token_shows_the_methods_of_its_user_and_goes_with_each_call(browser):
    assert 'Some methods need a login.' in browser.text('p.login')
    assert at(browser, 'section h2') == ['app', 'system']
    log_in(browser, 'right')
    browser.until(lambda: at(browser, '[id="app.hers"]'), 'the methods of ann')
    assert 'You are logged in as ann, who may call 9 methods' in browser.text('header')
    assert at(browser, 'nav > ul > li > a') == at(browser, 'section h2') == [
        'app', 'vault', 'system']
    assert not at(browser, '.login')
    form = Form(browser, 'app.hers')
    assert form.call() == 'ann'
    assert Form(browser, 'vault.count').call() == '3'
    assert "-H 'X-Auth-Token: TOKEN'" in form.lines('curl')
    assert "headers=[('X-Auth-Token', 'TOKEN')]" in form.lines('Python')
    assert "'X-Auth-Token: TOKEN'" in form.lines('PHP')
    assert "'X-Auth-Token': 'TOKEN'" in form.lines('JavaScript')
    browser.fill('input[type=search]', 'whose')
    assert at(browser, 'article h3') == ['app.hers']


def test_the_page_forgets_the_token_with_a_reload(browser):
    log_in(browser, 'right')
    browser.until(lambda: at(browser, '[id="app.hers"]'), 'the methods of ann')
    browser.do('refresh')
    assert 'Some methods need a login.' in browser.text('p.login')
    assert not browser.script('return document.cookie.length + JSON.stringify(history.state).'
                              'includes("right") + localStorage.length + sessionStorage.length')


def test_a_wrong_token_is_refused(browser):
    log_in(browser, 'wrong')
    browser.until(lambda: 'This token is not known.' in browser.text('p.login'), 'the refusal')
    assert at(browser, 'section h2') == ['app', 'system']
    assert all('401' in line for line in browser.messages())
