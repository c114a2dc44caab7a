"""`check` on this machine looks at the file of tokens."""

import os
import tempfile
from pathlib import Path

import pytest
from xmlrpcgi.web import tokenfile

from tests.documents import TOP
from tests.process.check.test_ratelimits_file import ROOT, USER, given, leave_root, root

LIB = '/site/lib'


@pytest.fixture
def file():
    """A file of one token, and of one that has ended, of that user."""
    with tempfile.TemporaryDirectory() as name:         # pytest's are closed to other users
        folder = Path(name, 'kept')
        folder.mkdir(mode=0o755)
        folder.parent.chmod(0o755)
        given(folder)
        path = folder / 'tokens'
        path.write_text('ann %s\nold %s 2020-01-01\n' % (tokenfile.digest_of('a'),
                                                         tokenfile.digest_of('b')))
        path.chmod(0o600)
        yield given(path)


def check(path, user=USER):
    """{id or level: sentence} of the Findings about TOKENS_FILE, looked at by that user."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    from xmlrpcgi.check import tokens
    with ProcessPoolExecutor(1, multiprocessing.get_context('fork'), leave_root, (user,)) as pool:
        found = pool.submit(tokens.findings, str(path), LIB).result(60)
    return {finding.id or finding.level: finding for finding in found}


def test_a_good_file_is_ok(file):
    found = check(file)
    assert list(found) == ['ok']
    assert found['ok'].sentence == 'Programs log in by 1 tokens of %s, and 1 have ended.' % file


def test_one_that_is_not_there_stops_every_call(file):
    file.unlink()
    row = check(file)['tokens-file']
    assert row.level == 'fail' and 'stops every call' in row.sentence
    assert row.remedy == 'python3 %s/cgi-bin/xmlrpcgi token add NAME' % TOP


@pytest.mark.parametrize('mode', [0o620, 0o602, 0o666])
def test_one_that_others_may_change_stops_every_call_and_is_fixed(file, mode):
    file.chmod(mode)
    row = check(file)['tokens-file']
    assert 'others than its owner may change it (mode %03o)' % mode in row.sentence
    assert os.system(row.remedy) == 0
    assert list(check(file)) == ['ok']


@pytest.mark.parametrize('mode', [0o777, 0o757, 0o775])
def test_a_file_in_a_folder_that_others_may_write_to_stops_every_call_and_is_fixed(file, mode):
    file.parent.chmod(mode)
    assert os.system(check(file)['tokens-file'].remedy) == 0
    assert list(check(file)) == ['ok']


def test_one_that_its_owner_may_not_read_stops_every_call_and_is_fixed(file):
    file.chmod(0)
    assert os.system(check(file)['tokens-file'].remedy) == 0
    assert list(check(file)) == ['ok']


def test_a_wrong_line_stops_every_call(file):
    file.write_text('ann secret\n')
    row = check(file)['tokens-file']
    assert 'line 1 is not a name' in row.sentence and 'secret' not in row.sentence + row.remedy


def test_one_that_everybody_may_read_is_said(file):
    file.chmod(0o644)
    found = check(file)
    assert list(found) == ['ok', 'info'] and 'chmod o-r %s.' % file in found['info'].sentence


@root
def test_a_file_of_root_is_one_that_calls_cannot_read(file):
    given(file, 0)
    assert check(file, 0)['tokens-root'].level == 'warn'
    assert list(check(file)) == ['info']
    os.chown(str(file), 0, USER)
    file.chmod(0o640)                       # its group may read it, and calls are of that group
    assert list(check(file, 0)) == ['ok'] and list(check(file)) == ['ok']


@root
@pytest.mark.parametrize('mode', [0o755, 0o1777])
def test_a_file_of_another_user_is_right_where_calls_run_as_this_user(file, mode):
    given(file, 12345)
    file.parent.chmod(mode)
    assert list(check(file)) == ['info'] and list(check(file, 0)) == ['info']


@root
@pytest.mark.parametrize('mode', [0o755, 0o1777])
def test_a_file_that_another_user_put_there_stops_every_call(file, mode):
    given(file, 12345)
    file.chmod(0o644)
    file.parent.chmod(mode)
    row = check(file)['tokens-file']
    assert row.level == 'fail' and 'belongs to user number 12345' in row.sentence
    assert 'remove it and add the tokens anew' in row.remedy


def test_one_that_the_check_may_not_look_at_is_said(file):
    if not ROOT:
        pytest.skip('only root can be another user')
    file.parent.chmod(0o700)
    given(file.parent, 12345)
    assert list(check(file)) == ['info']


def test_one_in_a_public_folder_is_a_failure(file):
    public = file.parent / 'public_html' / 'kept'
    public.mkdir(parents=True)
    (public / 'tokens').write_bytes(file.read_bytes())
    (public / 'tokens').chmod(0o600)
    given(public / 'tokens')
    assert check(public / 'tokens')['tokens-public'].level == 'fail'
    (public / '.htaccess').write_text('Require all denied\n')
    assert list(check(public / 'tokens')) == ['ok']


def test_the_command_looks_at_the_file_of_the_settings(it, tmp_path):
    it.write('settings.py', 'TOKENS_FILE = %r\n' % str(tmp_path / 'tokens'))
    assert it.bad()['tokens-file']['name'] == 'tokens'
    (tmp_path / 'tokens').write_text('')
    (tmp_path / 'tokens').chmod(0o644)
    assert 'tokens-file' not in it.bad()
    assert [row['level'] for row in it.check() if row['name'] == 'tokens'] == ['ok', 'info']
