"""A headless Chromium, driven by its WebDriver over HTTP (W3C WebDriver, chromedriver)."""

import os
import re
import shutil
import subprocess
import tempfile
import time

import requests

ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'     # the standard's key of an element
FLAGS = ('--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run '
         '--disable-background-networking --disable-component-update --disable-sync '
         '--disable-dev-shm-usage --window-size=1280,900').split()
KEYS = {'enter': '\ue007', 'tab': '\ue004', 'escape': '\ue00c', 'space': ' ', 'down': '\ue015',
        'control': '\ue009', 'right': '\ue014'}
SECONDS = 20


def missing():
    """Why there is no browser here, None where there is one."""
    lacking = [name for name in ('chromium', 'chromedriver') if not shutil.which(name)]
    if lacking:
        return 'There is no %s here (Debian: chromium, chromium-driver).' % ' and '.join(lacking)
    return None


class BrowserError(Exception):
    """What the WebDriver said."""


class Browser:
    """One session.  Use it in a `with`: its end stops the browser and its driver."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix='xmlrpcgi-browser-')
        self.log, self.session, self.process = os.path.join(self.folder, 'driver.log'), None, None
        with open(self.log, 'wb') as log:
            self.driver = subprocess.Popen(['chromedriver', '--port=0'], stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=subprocess.STDOUT)
        try:
            base = 'http://127.0.0.1:%s/session' % self.until(self._port, 'chromedriver')
            self.http = requests.Session()
            self.http.trust_env = False         # no proxy
            made = self._ask('POST', base, {'capabilities': {'alwaysMatch': {
                'browserName': 'chrome', 'goog:loggingPrefs': {'browser': 'ALL'},
                'goog:chromeOptions': {
                    'binary': shutil.which('chromium'),
                    'args': FLAGS + ['--user-data-dir=' + self.folder]}}}})
            self.session = '%s/%s' % (base, made['sessionId'])
            self.process = made['capabilities']['goog:processID']
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            if self.session:
                self.http.delete(self.session, timeout=SECONDS)
                self.until(self._gone, 'the end of Chromium')
        finally:
            self.driver.terminate()
            self.driver.wait(SECONDS)
            shutil.rmtree(self.folder, ignore_errors=True)

    def _port(self):
        if self.driver.poll() is not None:
            raise BrowserError('chromedriver ended at once')
        with open(self.log, 'rb') as log:
            found = re.search(br'started successfully on port (\d+)', log.read())
        return found and found.group(1).decode()

    def _gone(self):
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return True
        return False

    def _ask(self, method, url, data=None):
        answer = self.http.request(method, url, json=data, timeout=60).json()['value']
        if isinstance(answer, dict) and 'error' in answer:
            raise BrowserError('%(error)s: %(message)s' % answer)
        return answer

    def do(self, command, **data):
        return self._ask('POST', '%s/%s' % (self.session, command), data)

    def open(self, url):
        self.do('url', url=url)

    def script(self, text, *args):
        """What the JavaScript function body `text` returns."""
        return self.do('execute/sync', script=text, args=list(args))

    def find(self, selector):
        """The first element that is there and shown, waited for."""
        return self.until(lambda: next(iter(self.all(selector)), None), selector)

    def all(self, selector):
        """The elements that are shown."""
        return [element for element in self.do('elements', using='css selector', value=selector)
                if self.script('return arguments[0].checkVisibility()', element)]

    def text(self, selector):
        return self.script('return arguments[0].innerText', self.find(selector))

    def click(self, selector):
        self.do('element/%s/click' % self.find(selector)[ELEMENT])

    def fill(self, selector, text):
        """Type into a field, in place of what it holds."""
        element = self.find(selector)
        self.script('arguments[0].select?.()', element)
        self.do('element/%s/value' % element[ELEMENT], text=text)

    def set(self, selector, value):
        """Give a field a value that cannot be typed plainly."""
        self.script('const [field, value] = arguments; field.value = value;'
                    'field.dispatchEvent(new Event("input", {bubbles: true}));'
                    'field.dispatchEvent(new Event("change", {bubbles: true}));',
                    self.find(selector), value)

    def press(self, *keys):
        """Press keys one after the other: names of KEYS, or text; 'control+enter' at once."""
        actions = []
        for key in keys:
            held = [KEYS.get(part, part) for part in key.split('+')] \
                if '+' in key or key in KEYS else list(key)
            if '+' in key:
                actions += [{'type': 'keyDown', 'value': char} for char in held]
                actions += [{'type': 'keyUp', 'value': char} for char in reversed(held)]
            else:
                for char in held:
                    actions += [{'type': 'keyDown', 'value': char},
                                {'type': 'keyUp', 'value': char}]
        self.do('actions', actions=[{'type': 'key', 'id': 'keyboard', 'actions': actions}])

    def focused(self):
        """The text or label of the element that has the focus."""
        return self.script('const at = document.activeElement;'
                           'return at.getAttribute("aria-label") ?? at.labels?.[0]?.innerText '
                           '?? at.innerText')

    def until(self, ready, what):
        deadline = time.monotonic() + SECONDS
        while True:
            found = ready()
            if found:
                return found
            if time.monotonic() > deadline:
                shows = self.session and self.script('return document.body?.innerText')
                raise BrowserError('waited in vain for %s; the page shows: %.1000s' % (what, shows))
            time.sleep(0.05)

    def protocol(self, command, **params):
        """A command of the Chrome DevTools Protocol."""
        return self.do('goog/cdp/execute', cmd=command, params=params)

    def messages(self):
        """What the browser's console got since the last time: errors, CSP reports, all."""
        return ['%(level)s %(message)s' % entry for entry in self.do('se/log', type='browser')]
