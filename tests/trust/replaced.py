"""lib/ is replaced under load: a call runs old code or new, never a mix or a half file.

Three manners. A symbolic link `lib` that is switched, and a file that is renamed over the old one,
are what the README advises: every call is answered, by one version. A file that is written over
in its place is what an editor or an upload does: a call that reads it half gets a fault.
"""

import threading
import time
import xmlrpc.client

from .place import Place
from .result import Result

KINDS = 'mod_cgid', 'mod_cgi', 'docker'
LINK, RENAME, IN_PLACE = 'a link is switched', 'a file is renamed', 'a file is written over'
SPACES = 'packages without __init__.py'         # by a link, without a pause
CLIENTS = 6
LOOKS = 2.5                     # seconds until resident processes have seen a change
BALLAST = '# ' + 'x' * 100 + '\n'
PARTS = 400                     # lines of ballast: what a half file lacks

WHOLE = '''
import time
NUMBER = %(number)d
time.sleep(0.01)                # a slow import: time for a switch between the two files
from . import version_part

class Application:
    def read(self) -> list:
        return [NUMBER, %(number)d, version_part.NUMBER, LAST]

%(ballast)s
LAST = %(number)d
'''
PART = 'NUMBER = %(number)d\n'
SPACED = WHOLE.replace('from . import version_part', 'from version_space.inner import version_part')
ALONE = WHOLE.replace('from . import version_part', '').replace('version_part.NUMBER, ', '')


def texts(number, alone):
    """{name: text} of a version of the classes."""
    said = {'number': number, 'ballast': BALLAST * PARTS}
    return {'version.py': (ALONE if alone else WHOLE) % said, 'version_part.py': PART % said}


def spaced(number):
    """The same, for a class that uses a package without an __init__.py."""
    said = {'number': number, 'ballast': BALLAST * PARTS}
    return {'version.py': SPACED % said, 'version_space/inner/version_part.py': PART % said}


class Hand:
    """Writes versions into the lib of a place. Locally by itself, in a container by its shell."""

    def __init__(self, place, manner):
        self.place, self.manner, self.number = place, manner, 1

    def next(self):
        self.number += 1
        lib, number = str(self.place.lib), self.number
        if self.manner in (LINK, SPACES):
            new = '%s-%d' % (lib, number)
            self.place.sh('cp -r %s/. %s' % (lib, new))
            self._write(new)
            self.place.sh('ln -s %s %s.new && mv -T %s.new %s' % (new, lib, lib, lib))
        elif self.manner == RENAME:
            self._write(lib, '.new')
            self.place.sh('mv %s/version.py.new %s/version.py' % (lib, lib))
        else:
            self._over(lib + '/version.py')

    def _write(self, folder, end=''):
        found = spaced(self.number) if self.manner == SPACES else texts(
            self.number, self.manner != LINK)
        for name, text in found.items():
            self.place.put('%s/%s%s' % (folder, name, end), text.encode())

    def _over(self, path):
        """Write the file in two parts, as a slow upload does."""
        text = texts(self.number, True)['version.py']
        half = len(text) // 2
        self.place.put(path, text[:half].encode())
        time.sleep(0.05)
        self.place.put(path, text.encode())


class Reader(threading.Thread):
    """Calls until `end` is set; keeps what each answer was."""

    def __init__(self, place, end):
        super().__init__(daemon=True)
        self.place, self.end, self.answers = place, end, []

    def run(self):
        while not self.end.is_set():
            try:
                self.answers.append(self.place.call('version.read'))
            except (OSError, xmlrpc.client.Error) as error:
                self.answers.append(error)


def run(kind, manner, seconds=3):
    """Replace the classes again and again in one manner; the Result."""
    result = Result('lib: ' + manner, kind)
    by_link = manner in (LINK, SPACES)
    files = spaced(1) if manner == SPACES else texts(1, not by_link)
    with Place(result, files=files, lib_is_link=by_link) as place:
        if by_link and place.contained:      # the copy in there is a plain folder
            place.sh('mv {0} {0}-1 && ln -s {0}-1 {0}'.format(place.lib))
        end, hand = threading.Event(), Hand(place, manner)
        readers = [Reader(place, end) for _ in range(CLIENTS)]
        for reader in readers:
            reader.start()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline or hand.number < 10:
            hand.next()
            time.sleep(0 if manner == SPACES else 0.1)
        end.set()
        for reader in readers:
            reader.join(60)
        judge(result, [answer for reader in readers for answer in reader.answers])
        result.counts['versions'] = hand.number
        if place.resident:
            time.sleep(LOOKS)
        answer = place.call('version.read')
        result.expect(set(answer) == {hand.number}, 'the newest is %d, the answer %r'
                      % (hand.number, answer))
        result.expect(place.server.kind == kind and not place.hung(), 'processes that hang')
        if manner == IN_PLACE and result.counts['faults']:
            result.expect('does not import' in place.server.log() or 'Traceback'
                          in place.server.log(), 'the log says nothing of a half file')
    return result


def judge(result, answers):
    """Count the answers; a mix is a problem, and an error is one unless a file was written over."""
    versions = set()
    for answer in answers:
        if isinstance(answer, list):
            result.counts['answered'] += 1
            versions.update(answer)
            result.expect(len(set(answer)) == 1, 'a mix of versions: %r' % answer)
        elif isinstance(answer, xmlrpc.client.Fault) and IN_PLACE in result.name:
            result.counts['faults'] += 1
        else:
            result.problems.append('not answered: %r' % answer)
    result.counts['versions seen'] = len(versions)
    result.expect(len(versions) > 2, 'only the versions %r were seen' % versions)
