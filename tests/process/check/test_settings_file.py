"""`check` and a lib/settings.py that is there, but cannot be read: one failure, and at once."""

import os
import time

import pytest

UNSEEN = {
    'a link to nothing': lambda path: path.symlink_to('nothing'),
    'a link to itself': lambda path: path.symlink_to('settings.py'),
    'a link to a folder': lambda path: path.symlink_to('.'),
    'a pipe': lambda path: os.mkfifo(str(path)),
    'a folder': lambda path: path.mkdir(),
}


@pytest.mark.parametrize('name', UNSEEN)
def test_it_is_one_failure(one, name):
    UNSEEN[name](one.lib / 'settings.py')
    began = time.monotonic()
    row = one.only('settings')
    assert time.monotonic() - began < 30            # a pipe was waited for, for a minute
    assert row['level'] == 'fail'
    assert 'put the settings into a file there, or remove what is there.' in row['sentence']
    assert row['remedy'] == 'edit %s' % (one.lib / 'settings.py')
    assert 'There is no lib/settings.py: the defaults hold.' not in [
        row['sentence'] for row in one.check()]


def test_a_link_over_a_folder_that_everybody_may_change_is_one_that_is_fixed(one):
    for name in 'pub', 'real':
        (one.folder / name).mkdir()
    (one.folder / 'real' / 'settings.py').write_text('MAX_BODY = 1000000\n')
    (one.folder / 'pub' / 'mid.py').symlink_to('../real/settings.py')
    (one.lib / 'settings.py').symlink_to('../pub/mid.py')
    assert one.bad() == {}
    (one.folder / 'pub').chmod(0o777)
    assert 'Everybody on this machine may change %s' % (one.folder / 'pub') in one.fixed('settings')


def test_a_pipe_by_the_name_of_a_class_is_not_waited_for(one):
    os.mkfifo(str(one.lib / 'pipe.py'))
    began = time.monotonic()
    assert one.bad() == {}
    assert time.monotonic() - began < 30


def test_its_byte_code_is_not_missed(it):
    it.write('settings.py', 'MAX_BODY = 1000000\n')
    assert it.bad() == {}
    assert 'lib/settings.py is right.' in [row['sentence'] for row in it.check()]
