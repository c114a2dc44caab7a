"""docs/questions.md: its commands and classes run as they stand, and show what the page shows."""

import os
import re
import subprocess

import pytest

from tests.documents import fences, follow, section, text
from tests.hosts.guide import QUESTIONS
from tests.process import installing
from tests.tools import servers

PAGE = 'docs/questions.md'
ADDRESS = 'http://127.0.0.1:8000'
SECONDS = 120


class Place:
    """The folder of the archive, a home folder, and the small server on the classes."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url
        self.home = folder / 'home'

    def own(self, said):
        return said.replace('/home/me', str(self.home)).replace(ADDRESS, self.url)

    def typed(self, line):
        done = subprocess.run(['bash', '-c', self.own(line)], cwd=self.folder, timeout=SECONDS,
                              env={**os.environ, 'HOME': str(self.home)}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.decode()

    def write(self, path, code):
        (self.folder / path).parent.mkdir(exist_ok=True)
        (self.folder / path).write_text(self.own(code))


@pytest.fixture
def place(tmp_path):
    installing.copy(tmp_path)
    (tmp_path / 'LICENSE').write_text(text('LICENSE'))
    (tmp_path / 'home' / 'files').mkdir(parents=True)
    with servers.start('embedded', lib=tmp_path / 'lib') as server:
        yield Place(tmp_path, server.url)


def two_answer(home, first, second):
    for folder in first, second:
        assert installing.call(home / 'public_html' / folder / 'cgi-bin' / 'rpc.cgi') == 'example'
        assert (home / folder / 'lib' / 'app.py').exists()


def of_the_environment(home):
    script = home / 'public_html' / 'cgi-bin' / 'rpc.cgi'
    assert script.read_text().startswith('#!%s/rpc-venv/bin/python3 -IS\n' % home)
    assert installing.call(script) == 'example'


def stored(home):
    assert (home / 'files' / 'license.txt').read_text() == text('LICENSE')
    assert os.listdir(home) == ['files']


# {section: what else is then so, of the home folder}
SECTIONS = {
    'May a method be async?': None,
    'How does a client send a file?': stored,
    'How large may a result be?': None,
    'Which Python runs it? May it be a virtual environment?': of_the_environment,
    'Can two services live side by side?': lambda home: two_answer(home, 'shop', 'wiki'),
    'How do I change methods that clients use?': None,
    'How do I test a class without a server?': None,
}


@pytest.mark.parametrize('heading', SECTIONS)
def test_what_the_answer_shows_is_so(place, heading):
    follow(section(PAGE, heading), place.typed, place.write)
    if SECTIONS[heading]:
        SECTIONS[heading](place.home)


def test_an_async_method_is_a_fault_as_the_page_says(place):
    place.write('lib/late.py', 'class Application:\n    async def it(self): pass\n')
    status, shown = place.typed('python3 cgi-bin/xmlrpcgi call --lib lib late.it')
    assert status == 1 and 'make it a plain one that calls asyncio.run' in shown
    assert 'late.py, it is an async function' in ' '.join(place.typed(
        'python3 cgi-bin/xmlrpcgi check')[1].split())


def test_a_third_more_is_what_base64_takes_of_the_limit():
    from xmlrpcgi import settings
    said = ' '.join(section(PAGE, 'How does a client send a file?').split())
    most = settings.TABLE['MAX_BODY'][0]
    assert 'the default of %d MiB, a file may have about %d MB' % (
        most >> 20, most * 3 // 4 // 1000000) in said
    said = ' '.join(section(PAGE, 'How large may a result be?').split())
    assert 'limits it to %d MiB' % (settings.TABLE['MAX_ANSWER'][0] >> 20) in said
    assert 'Responses of %d KiB' % (settings.TABLE['GZIP_MIN'][0] >> 10) in said


def test_every_section_with_code_is_followed_here_or_in_a_container():
    parts = re.split(r'^## ', text(PAGE), flags=re.M)
    assert {part.splitlines()[0] for part in parts if fences(part)} == {*SECTIONS, *QUESTIONS}
