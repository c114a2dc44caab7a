"""The way to a file: who may replace what is on it, told by owners, modes and links."""

import errno
import os
from pathlib import Path

import pytest
from xmlrpcgi.files import way
from xmlrpcgi.files.way import Exposed, state_of

ROOT, ACCOUNT, SERVER, OTHER = 0, 1001, 33, 1002

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='only root can give files away')


@pytest.fixture
def at(tmp_path):
    """A function: make {path: (mode, owner) or (a link's target, owner)}, return their folder."""
    top = tmp_path / 'top'

    def make(places):
        top.mkdir()
        for name, (mode, owner) in places.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(mode, str):
                path.symlink_to(mode.replace('TOP', str(top)))
                os.chown(str(path), owner, owner, follow_symlinks=False)
                continue
            if any(other.startswith(name + '/') for other in places):
                path.mkdir(exist_ok=True)
            else:
                path.write_text('')
            os.chown(str(path), owner, owner)
            path.chmod(mode)
        return top
    return make


def found(path, user=ACCOUNT, monkeypatch=None, **options):
    """'' where the file is safe for that user, else the name in the remedy or in the sentence."""
    real = way.os.geteuid
    way.os.geteuid = lambda: user
    try:
        state_of(str(path), **options)
    except Exposed as error:
        return error.remedy or 'user %d' % error.owner
    finally:
        way.os.geteuid = real
    return ''


HOME = {'home': (0o755, ROOT), 'home/me': (0o711, ACCOUNT), 'home/me/kept': (0o755, ACCOUNT)}
FILE = {'home/me/kept/tokens': (0o644, ACCOUNT)}
SAFE = {
    'of the account, by suEXEC': ({**HOME, **FILE}, ACCOUNT),
    "of the account, by the web server's user": ({**HOME, **FILE}, SERVER),
    'of the account, for a command of root': ({**HOME, **FILE}, ROOT),
    "of the web server's user, in root's folder": (
        {'home/me/kept': (0o755, ROOT), 'home/me/kept/tokens': (0o600, SERVER)}, SERVER),
    'the same, for a command of root': (
        {'home/me/kept': (0o755, ROOT), 'home/me/kept/tokens': (0o600, SERVER)}, ROOT),
    'of root': ({**HOME, 'home/me/kept/tokens': (0o644, ROOT)}, SERVER),
    'a private group above': (
        {**HOME, 'home/me': (0o775, ACCOUNT), **FILE}, SERVER),
    'below /tmp': ({**HOME, 'home': (0o1777, ROOT), **FILE}, ACCOUNT),
    'a sticky folder of a group': ({**HOME, 'home/me/kept': (0o3775, ACCOUNT), **FILE}, SERVER),
    'in /tmp': ({**HOME, 'home/me/kept': (0o1777, ROOT), **FILE}, ACCOUNT),
    'a link to a folder': (
        {**HOME, 'real': (0o755, ACCOUNT), 'real/tokens': (0o644, ACCOUNT),
         'home/me/kept': ('../../real', ACCOUNT)}, SERVER),
    'links as Kubernetes makes them': (
        {'home/me/kept': (0o1777, ROOT), 'home/me/kept/..1': (0o755, ROOT),
         'home/me/kept/..1/tokens': (0o644, ROOT), 'home/me/kept/..data': ('..1', ROOT),
         'home/me/kept/tokens': ('..data/tokens', ROOT)}, SERVER),
}


@pytest.mark.parametrize('name', SAFE)
def test_what_nobody_else_may_replace_is_let_through(at, name):
    places, user = SAFE[name]
    assert found(at(places) / 'home/me/kept/tokens', user, by_owner=True) == ''


LINKED = {**HOME, 'pub': (0o777, ROOT), 'real': (0o755, ACCOUNT), 'real/tokens': (0o644, ACCOUNT)}
EXPOSED = {
    'its folder is everybody\'s': (
        {**HOME, **FILE, 'home/me/kept': (0o777, ACCOUNT)}, 'chmod go-w TOP/home/me/kept'),
    'its folder is its group\'s': (
        {**HOME, **FILE, 'home/me/kept': (0o775, ACCOUNT)}, 'chmod g-w TOP/home/me/kept'),
    'a folder above is everybody\'s': (
        {**HOME, **FILE, 'home/me': (0o777, ACCOUNT)}, 'chmod o-w TOP/home/me'),
    'the folder of another in one of a group': (
        {**HOME, **FILE, 'home/me': (0o775, ACCOUNT), 'home/me/kept': (0o755, OTHER)},
        'user %d' % OTHER),
    'a folder is a link in one that is everybody\'s': (
        {**LINKED, 'home/me/kept': ('../../pub/mid', ACCOUNT), 'pub/mid': ('../real', ACCOUNT)},
        'chmod o-w TOP/pub'),
    'a link over a link': (
        {**LINKED, 'home/me/kept/tokens': ('../../../pub/mid', ACCOUNT),
         'pub/mid': ('../real/tokens', ACCOUNT)}, 'chmod go-w TOP/pub'),
    'an absolute one': (
        {**LINKED, 'home/me/kept/tokens': ('TOP/pub/mid', ACCOUNT),
         'pub/mid': ('TOP/real/tokens', ACCOUNT)}, 'chmod go-w TOP/pub'),
    'a link of another in a folder like /tmp': (
        {**LINKED, 'pub': (0o1777, ROOT), 'home/me/kept': ('../../pub/mid', ACCOUNT),
         'pub/mid': ('../real', OTHER)}, 'user %d' % OTHER),
    'a file of another in a folder like /tmp': (
        {**HOME, 'home/me/kept': (0o1777, ROOT), 'home/me/kept/tokens': (0o644, OTHER)},
        'user %d' % OTHER),
    'a folder of another in a folder like /tmp': (
        {**HOME, 'home': (0o1777, ROOT), 'home/me': (0o755, OTHER), **FILE}, 'user %d' % OTHER),
    'a file of another': (
        {**HOME, 'home/me/kept/tokens': (0o644, OTHER)}, 'user %d' % OTHER),
    'a link of another to it': (
        {**LINKED, 'home/me/kept/tokens': ('../../../real/tokens', OTHER)}, 'user %d' % OTHER),
}


@pytest.mark.parametrize('user', [ACCOUNT, SERVER])
@pytest.mark.parametrize('name', EXPOSED)
def test_what_others_may_replace_is_exposed(at, name, user):
    places, said = EXPOSED[name]
    top = at(places)
    assert found(top / 'home/me/kept/tokens', user, by_owner=True) == said.replace('TOP', str(top))


def test_the_owner_of_the_settings_may_own_it(at):
    top = at({**HOME, 'home/me/kept': (0o1777, ROOT), **FILE})
    path = top / 'home/me/kept/tokens'
    assert found(path, SERVER, by_owner=True) == 'user %d' % ACCOUNT
    assert found(path, SERVER, by_owner=True, account=ACCOUNT) == ''


def test_a_group_is_trusted_unless_only_the_owner_is(at):
    top = at({**HOME, 'home/me/kept': (0o775, ACCOUNT), 'home/me/kept/tokens': (0o664, OTHER)})
    assert found(top / 'home/me/kept/tokens', SERVER) == ''


def test_what_is_above_the_given_folder_does_not_count(at):
    top = at({**LINKED, 'home/me': (0o777, ACCOUNT), **FILE,
              'home/me/kept/link': ('../../../real/tokens', ACCOUNT),
              'home/me/kept/exposed': ('../../../pub/mid', ACCOUNT), 'pub/mid': (0o644, ACCOUNT)})
    kept = str(top / 'home/me/kept')
    assert found(kept + '/tokens', since=kept) == ''
    assert found(kept + '/tokens') == 'chmod o-w %s/home/me' % top
    assert found(kept + '/link', since=kept) == ''
    assert found(kept + '/exposed', since=kept) == 'chmod o-w %s/pub' % top


def test_it_costs_one_look_for_each_part_of_the_path(at, monkeypatch):
    top = at({**HOME, **FILE})
    looked = []
    for name in 'stat', 'lstat', 'readlink':
        real = getattr(way.os, name)
        monkeypatch.setattr(way.os, name, lambda path, real=real: looked.append(path) or real(path))
    kept = str(top / 'home/me/kept')
    state_of(kept + '/tokens', by_owner=True)
    assert len(looked) == len(Path(kept + '/tokens').parts)
    del looked[:]
    state_of(kept + '/tokens', since=kept)
    assert looked == [kept, kept + '/tokens']


@pytest.mark.parametrize('links, error', [
    ({'a': 'none'}, errno.ENOENT), ({'a': 'a'}, errno.ELOOP), ({'a': 'b', 'b': 'a'}, errno.ELOOP),
    ({'a': 'file/x'}, errno.ENOTDIR), ({}, errno.ENOENT)], ids=str)
def test_a_way_that_leads_nowhere_is_an_error(tmp_path, links, error):
    (tmp_path / 'file').write_text('')
    for name, target in links.items():
        (tmp_path / name).symlink_to(target)
    with pytest.raises(OSError) as caught:
        state_of(str(tmp_path / 'a'))
    assert caught.value.errno == error


def test_the_folder_of_a_file_that_is_not_there_is_looked_at(at):
    top = at({**HOME, 'home/me/kept': (0o777, ACCOUNT), **FILE})
    assert found(top / 'home/me/kept/none') == 'chmod o-w %s/home/me/kept' % top


@pytest.mark.parametrize('path', ['TOP/home/me/kept/tokens', 'TOP//home/./me/kept/../kept/tokens',
                                  'TOP/../top/home/me/kept/tokens', '/..TOP/home/me/kept/tokens'])
def test_a_path_may_be_written_in_any_way(at, path, monkeypatch):
    top = at({**HOME, **FILE})
    state = os.stat(str(top / 'home/me/kept/tokens'))
    assert state_of(path.replace('TOP', str(top))).st_ino == state.st_ino
    monkeypatch.chdir(top / 'home')
    assert state_of('me/kept/tokens').st_ino == state.st_ino
    assert state_of('me/kept/tokens', '../home/me').st_ino == state.st_ino


def test_on_windows_modes_say_nothing(at, monkeypatch):
    top = at({**HOME, 'home/me/kept': (0o777, OTHER), **FILE})
    monkeypatch.setattr(way, 'HAS_MODES', False)
    assert found(top / 'home/me/kept/tokens', SERVER, by_owner=True) == ''
