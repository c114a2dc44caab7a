"""install, rollback and uninstall lose nothing that somebody wrote, in a door or as one."""

import stat

import pytest
from xmlrpcgi.install import doors, known

from tests.process.installing import DOORS, TOP, call, command, complaint, copy, installed, tree

OLD = TOP / 'tests' / 'fixtures' / 'doors-1.0'
NAMES = 'rpc.cgi', 'rpc-sh.cgi', 'rpc.fcgi', 'rpc.wsgi'
MINE = 'class Application:\n    def getName(self):\n        return "mine"\n'


def change(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def kept(site):
    """{name: path} of the copies that are kept."""
    return {path.name: path for path in site.iterdir() if path.name.startswith('.htkept-')}


@pytest.fixture
def mine(tmp_path):
    """A folder of classes of one's own, whose name is like a comment."""
    folder = tmp_path / 'my #lib'
    folder.mkdir()
    (folder / 'app.py').write_text(MINE)
    return folder


# What LIB is.

@pytest.mark.parametrize('line', ["LIB='%s'", 'LIB  =  "%s"   # mine', "LIB = ('%s')",
                                  "LIB: str = '%s'", "LIB = r'%s'", "LIB = (\n    '%s'\n)"])
def test_lib_is_kept_however_it_is_written(site, mine, line):
    installed(site)
    for name in DOORS:
        change(site / name, "LIB = '%s'" % (site.parent / 'lib'), line % mine)
    out = installed(site)
    assert 'The classes are in %s, as they were.' % mine in out
    assert call(site / 'rpc.cgi') == call(site / 'rpc.fcgi') == 'mine'
    assert "LIB = '%s'        # the folder of your classes" % mine in (site / 'rpc.cgi').read_text()


@pytest.mark.parametrize('old, new', [
    ('LIB = ', 'import os\nLIB = os.path.dirname(__file__) + '), ('LIB = ', 'LIB = b'),
    ('LIB = ', "LIB = '/other' or "), ('if __name__', "LIB = '/other'\nif __name__"),
    ('if __name__', 'LIB += "/more"\nif __name__'), ('main(LIB)', "main('/other')"),
    ('main(LIB)', 'main(LIB + "/more")'), ('if __name__', 'from conf import LIB\nif __name__'),
    ('LIB = ', 'FOLDER = '), ('import sys', 'import sys,')])
def test_what_cannot_be_read_stops_and_changes_nothing(site, mine, old, new):
    installed(site)
    change(site / 'rpc.cgi', old, new)
    before = tree(site)
    sentence = complaint('install', '--cgi-bin', site)
    assert sentence.startswith('%s/rpc.cgi is not right as Python (' % site if 'sys,' in new else
                               'Which folder of classes %s/rpc.cgi uses cannot be read: ' % site)
    assert tree(site) == before and not kept(site)
    out = installed(site, '--lib', mine)
    assert call(site / 'rpc.cgi') == 'mine'
    assert '%s/rpc.cgi was changed by hand; as it was, it is kept in ' % site in out
    assert [path.read_bytes() for path in kept(site).values()] == [before['rpc.cgi'][0]]


def test_in_place_what_cannot_be_read_stops_too(tmp_path):
    site = copy(tmp_path / 'site')
    script = site / 'cgi-bin' / 'rpc.cgi'
    change(script, 'LIB = ', 'import os\nLIB = os.environ["LIB"] or ')
    before = script.read_bytes()
    for words in ((), ('--lib', site / 'lib')):
        complaint('install', '--cgi-bin', site / 'cgi-bin', *words, source=site)
        assert script.read_bytes() == before


# Whose door it is.

@pytest.mark.parametrize('folder', [OLD, TOP / 'cgi-bin'], ids=['1.0', 'now'])
def test_the_doors_of_each_version_are_known(folder):
    found = {name: (folder / name).read_bytes() for name in NAMES}
    found['--sh'] = doors.in_shell(found['rpc.fcgi'], found['rpc-sh.cgi'])
    missing = {name: known.digest(data) for name, data in found.items() if not known.is_ours(data)}
    assert missing == {}, 'add these to known.DIGESTS'
    for data in found.values():
        filled = doors.render(data, doors.Interpreter('python3'), '/my/lib')
        for changed in (filled, b'\xef\xbb\xbf' + filled.replace(b'\n', b'\r\n')):
            assert known.is_ours(changed)
        assert not known.is_ours(filled + b'# mine\n')
        assert not known.is_ours(filled.replace(b"'/my/lib'", b"'/my/lib'; import mine"))


def test_an_upgrade_from_1_0_keeps_lib_and_no_copies(site, mine):
    installed(site)
    for name in DOORS:
        text = (OLD / name).read_text()
        first = (site / name).read_text().partition('\n')[0]
        if name != 'rpc.wsgi':
            text = first + '\n' + text.partition('\n')[2]
        (site / name).write_text(text.replace("LIB = ''", "LIB = '%s'" % mine))
    assert 'kept' not in installed(site)
    assert not kept(site) and call(site / 'rpc.cgi') == 'mine'
    for name in DOORS:
        assert "LIB = '%s'" % mine in (site / name).read_text()


def test_a_door_that_was_changed_is_kept_where_no_server_runs_or_shows_it(site):
    installed(site)
    texts = []
    for round in range(3):
        for name in DOORS:
            with open(site / name, 'a') as file:
                file.write('# change %d\n' % (round // 2))
        texts.append((site / 'rpc.cgi').read_bytes())
        out = installed(site)
        assert out.count(' was changed by hand; as it was, it is kept in ') == 3
        assert b'# change' not in (site / 'rpc.cgi').read_bytes()
    copies = kept(site)
    assert sorted(copies) == ['.htkept-rpc-cgi', '.htkept-rpc-cgi-2', '.htkept-rpc-fcgi',
                              '.htkept-rpc-fcgi-2', '.htkept-rpc-wsgi', '.htkept-rpc-wsgi-2']
    assert texts[0] == texts[1] == copies['.htkept-rpc-cgi'].read_bytes()
    assert texts[2] == copies['.htkept-rpc-cgi-2'].read_bytes()
    assert {stat.S_IMODE(path.stat().st_mode) for path in copies.values()} == {0o600}


def test_uninstall_and_rollback_keep_it_too(site, tmp_path):
    source = copy(tmp_path / 'other')
    (source / 'cgi-bin' / 'xmlrpcgi' / 'more.py').write_text('')
    installed(site, source=source)
    installed(site)
    own = b'#!/usr/bin/python3\nfrom xmlrpcgi import Handler\n'
    for words in (('install', '--rollback'), ('uninstall',)):
        (site / 'rpc.cgi').write_bytes(own + repr(words).encode())
        status, out, err = command(*words, '--cgi-bin', site)
        assert (status, err) == (0, '') and out.count(' is kept in ') == 1
    assert sorted(path.read_bytes() for path in site.iterdir()) == [
        own + b"('install', '--rollback')", own + b"('uninstall',)"]
