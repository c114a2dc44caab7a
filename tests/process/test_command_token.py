"""The command `token`, and the options by which the other commands log in by one."""

import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.process.command_line import Raw, answering, complaint, run, said

RESULT = (b'<methodResponse><params><param><value><int>5</int></value></param></params>'
          b'</methodResponse>')
XML = [('Content-Type', 'text/xml')]
CLASS = '''
from xmlrpcgi import allow
class Application:
    @allow(authenticated=True)
    def who(self, request):
        """Who calls."""
        return request.user
'''


@pytest.fixture
def lib(tmp_path):
    folder = tmp_path / 'lib'
    folder.mkdir()
    (folder / 'members.py').write_text(CLASS)
    (folder / 'settings.py').write_text('TOKENS_FILE = %r\n' % str(tmp_path / 'kept' / 'tokens'))
    return folder


@pytest.fixture
def file(lib):
    return lib.parent / 'kept' / 'tokens'


def add(lib, name, *words):
    return said('token', '--lib', lib, 'add', name, *words).rstrip('\n')


def test_a_token_is_printed_once_and_its_sha_256_is_kept(lib, file):
    status, out, err = run('token', 'add', 'ann', '--lib', lib)
    token = out.rstrip('\n')
    assert status == 0 and len(token) == 64 and token.isalnum() and token.isascii()
    assert 'This is the token of ann' in err and token not in err
    digest = hashlib.sha256(token.encode()).hexdigest()
    assert file.read_text().splitlines()[1:] == ['ann ' + digest]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert os.listdir(str(file.parent)) == ['tokens']


def test_tokens_are_listed_with_their_last_days_and_removed(lib, file):
    add(lib, 'bob', '--until', '9999-12-31')
    add(lib, 'ann')
    with file.open('a') as written:
        written.write('# mine\nold %s 2020-01-01\n' % ('0' * 64))
    assert said('token', 'list', '--lib', lib).splitlines() == [
        'ann  no end', 'bob  until 9999-12-31', 'old  ended 2020-01-01']
    said('token', 'remove', 'ann', '--lib', lib)
    assert said('token', 'list', '--lib', lib).splitlines() == [
        'bob  until 9999-12-31', 'old  ended 2020-01-01']
    assert '# mine' in file.read_text()


def test_a_token_that_has_ended_is_replaced_and_another_is_not(lib, file):
    add(lib, 'ann')
    assert 'There is a token of ann: remove it first' in complaint('token', '--lib', lib, 'add',
                                                                   'ann')
    file.write_text('ann %s 2020-01-01\n' % ('0' * 64))
    add(lib, 'ann')
    assert file.read_text().count('ann') == 1


def test_many_commands_at_once_lose_no_token(lib, file):
    names = ['name%d' % number for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda name: add(lib, name), names))
    assert sorted(row.split()[0] for row in file.read_text().splitlines()[1:]) == sorted(names)
    assert os.listdir(str(file.parent)) == ['tokens']


def test_what_a_killed_command_left_does_no_harm(lib, file):
    add(lib, 'ann')
    file.with_name('tokens.new').write_text('x' * 10000)
    add(lib, 'bob')
    assert len(file.read_text().splitlines()) == 3
    assert os.listdir(str(file.parent)) == ['tokens']


@pytest.mark.parametrize('way', ['file', 'link', 'pipe'])
def test_what_others_put_in_its_way_gets_no_token(lib, file, way):
    """In a folder like /tmp somebody else can be first, and keep the file open."""
    if os.geteuid():
        pytest.skip('only root can give files away')
    add(lib, 'ann')
    before = file.read_text()
    file.parent.chmod(0o1777)
    theirs, elsewhere = file.with_name('tokens.new'), lib.parent / 'elsewhere'
    elsewhere.write_text('')
    if way == 'file':
        theirs.write_text('')
    elif way == 'link':
        theirs.symlink_to(elsewhere)
    else:
        os.mkfifo(str(theirs))
    os.chown(str(theirs), 4711, 4711, follow_symlinks=False)
    said_ = complaint('token', '--lib', lib, 'add', 'bob')
    assert str(theirs) in said_ and (way == 'link' or 'run: rm %s.' % theirs in said_)
    assert file.read_text() == before and elsewhere.read_text() == ''
    assert theirs.lstat().st_uid == 4711 and theirs.lstat().st_size == (len(str(elsewhere)) if (
        way == 'link') else 0)
    theirs.unlink()
    add(lib, 'bob')


def test_what_a_killed_command_left_open_elsewhere_does_not_become_the_file(lib, file):
    add(lib, 'ann')
    left = file.with_name('tokens.new')
    left.write_text('')
    with left.open('r+') as kept:
        add(lib, 'bob')
        kept.write('eve %s\n' % ('0' * 64))
    assert 'eve' not in file.read_text() and 'bob' in file.read_text()


@pytest.mark.parametrize('mode, command', [(0o777, 'go-w'), (0o775, 'g-w'), (0o757, 'o-w')])
def test_no_token_is_put_where_others_could_replace_the_file(lib, file, mode, command):
    file.parent.mkdir()
    file.parent.chmod(mode)
    said_ = complaint('token', '--lib', lib, 'add', 'ann')
    assert said_.endswith('; to fix this, run: chmod %s %s.' % (command, file.parent))
    assert os.listdir(str(file.parent)) == []
    os.system(said_.rpartition('run: ')[2].rstrip('.'))
    add(lib, 'ann')


def test_a_link_stays_a_link_and_the_file_that_others_share_changes(lib, file):
    shared = lib.parent / 'shared'
    add(lib, 'ann')
    add(lib, 'bob')
    file.rename(shared)
    file.symlink_to(shared)
    said('token', '--lib', lib, 'remove', 'ann')
    assert file.is_symlink() and 'bob' in shared.read_text()
    assert 'ann' not in shared.read_text()


def test_the_file_keeps_its_mode_for_the_group_and_its_owner(lib, file):
    add(lib, 'ann')
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(str(file), 65534, 65534)
    add(lib, 'bob')
    state = file.stat()
    assert stat.S_IMODE(state.st_mode) == 0o640
    assert os.geteuid() or (state.st_uid, state.st_gid) == (65534, 65534)


@pytest.mark.parametrize('words, says', [
    ([], 'The first word is one of add, list, remove.'),
    (['show'], 'The first word is one of add, list, remove.'),
    (['add'], '`token add` takes one name; you gave 0.'),
    (['list', 'ann'], '`token list` takes no name; you gave 1.'),
    (['add', 'a:b'], "'a:b' cannot be a name"), (['add', ''], "'' cannot be a name"),
    (['add', 'a b'], "'a b' cannot be a name"), (['add', 'a\nb'], "'a\\nb' cannot be a name"),
    (['add', 'ä'], 'cannot be a name'), (['add', 'x' * 65], 'cannot be a name'),
    (['add', 'ann', '--until', '2020-01-01'], 'The day 2020-01-01 is over.'),
    (['add', 'ann', '--until', '2027-02-30'], "'2027-02-30' is not a day"),
    (['list', '--until', '2027-01-01'], '--until is for `token add`.'),
    (['remove', 'eve'], 'No such file'),
])
def test_a_wrong_command_line_is_a_sentence_and_makes_no_file(lib, file, words, says):
    assert says in complaint('token', '--lib', lib, *words)
    assert not file.exists()


def test_a_name_that_is_not_there_cannot_be_removed(lib, file):
    add(lib, 'ann')
    before = file.read_bytes()
    assert "There is no token of 'eve'" in complaint('token', 'remove', 'eve', '--lib', lib)
    assert file.read_bytes() == before


def test_a_file_of_something_else_stays_as_it_is(lib, file):
    file.parent.mkdir(mode=0o700)
    file.write_text('ann:{SHA}xyz\n')
    file.chmod(0o600)
    for words in ['add', 'bob'], ['list'], ['remove', 'ann']:
        assert 'line 1 is not a name' in complaint('token', '--lib', lib, *words)
    assert file.read_text() == 'ann:{SHA}xyz\n' and os.listdir(str(file.parent)) == ['tokens']


def test_without_the_setting_it_says_the_line_to_write(lib):
    (lib / 'settings.py').unlink()
    said_ = complaint('token', 'list', '--lib', lib)
    assert said_ == ("TOKENS_FILE is not set: write TOKENS_FILE = '~/xmlrpcgi/tokens' into %s."
                     % (lib / 'settings.py'))


def test_no_token_is_put_where_browsers_may_get_it(lib, tmp_path):
    (lib / 'settings.py').write_text('TOKENS_FILE = %r\n' % str(tmp_path / 'public_html' / 't'))
    assert 'lies in the document root' in complaint('token', 'add', 'ann', '--lib', lib)
    assert not (tmp_path / 'public_html').exists()


def test_it_finds_the_file_by_the_folder_of_the_script(every_bundle, tmp_path):
    every_bundle.write('settings.py', 'TOKENS_FILE = %r\n' % str(tmp_path / 'tokens'))
    token = said('token', 'add', 'ann', '--cgi-bin', every_bundle.folder / 'cgi-bin',
                 python=every_bundle.python).rstrip('\n')
    every_bundle.write('members.py', CLASS)
    environ = {'HTTP_AUTHORIZATION': 'Bearer ' + token}
    assert every_bundle.call('members.who', environ=environ) == 'ann'
    environ = {'HTTP_X_AUTH_TOKEN': token}
    assert every_bundle.call('members.who', environ=environ) == 'ann'


# The options.

@pytest.mark.parametrize('options', [['--token', 'sesame'], ['--token-file', 'file']])
def test_call_sends_the_token_in_both_headers(tmp_path, options):
    (tmp_path / 'file').write_text('sesame\n')
    with answering(200, XML, RESULT) as server:
        assert said('call', server.url, 'f', *options, cwd=str(tmp_path)) == '5\n'
    (_, headers, _), = server.requests
    assert headers.get_all('Authorization') == ['Bearer sesame']
    assert headers.get_all('X-Auth-Token') == ['sesame']


def test_with_a_user_the_password_has_authorization(tmp_path):
    with answering(200, XML, RESULT) as server:
        said('call', server.url, 'f', '--token', 'sesame', '-u', 'ann:secret')
    (_, headers, _), = server.requests
    assert headers.get_all('Authorization') == ['Basic YW5uOnNlY3JldA==']
    assert headers.get_all('X-Auth-Token') == ['sesame']


@pytest.mark.parametrize('status', [301, 302, 303, 307, 308])
@pytest.mark.parametrize('command', ['call', 'list', 'describe', 'check'])
def test_a_token_goes_to_no_other_server(status, command):
    with answering(200, XML, RESULT) as elsewhere:
        with answering(status, [('Location', elsewhere.url + '/RPC2')]) as server:
            words = ['f'] if command == 'call' else []
            got = run(command, server.url + '/RPC2', *words, '--token', 'sesame')
    assert got[0] != 0 and 'sesame' not in got[1] + got[2]
    assert server.requests and all(headers['X-Auth-Token'] == 'sesame'
                                   for _, headers, _ in server.requests)
    assert elsewhere.requests == []


@pytest.mark.parametrize('answer', [
    (200, XML, RESULT), (401, [('WWW-Authenticate', 'Bearer')], b''), (401, [], b''),
    (403, [], b''), (500, [], b'x'), (200, [('Content-Type', 'text/html')], b'<html>'),
    (200, XML, b'<methodResponse>')])
def test_a_token_is_shown_in_no_output(answer):
    for command in ['call', 'f'], ['list'], ['describe'], ['stubs', 'python'], ['check']:
        with answering(*answer) as server:
            words = command[1:] if command[0] == 'call' else []
            before = command[1:] if command[0] == 'stubs' else []
            more = [] if command[0] == 'check' else ['--xml']
            _, out, err = run(command[0], *before, server.url, *words, '--token', 'open-sesame',
                              *more)
            assert 'open-sesame' not in out + err
            assert server.requests[0][1]['X-Auth-Token'] == 'open-sesame'


def test_a_server_that_asks_for_a_token_is_a_sentence():
    with answering(401, [('WWW-Authenticate', 'Bearer realm="x"')]) as server:
        assert complaint('call', server.url, 'f') == \
            '%s asks for a token (401): add --token-file FILE.' % server.url.partition('//')[2]
        assert complaint('call', server.url, 'f', '--token', 'sesame') == (
            '%s does not accept this token (401): check it, and its last day.'
            % server.url.partition('//')[2])


@pytest.mark.parametrize('content', [b'', b'\n', b'two words', b'two\nlines', b'\xc3\xa4',
                                     b'a\x00'])
def test_what_is_not_a_token_is_not_sent_and_not_shown(tmp_path, content):
    (tmp_path / 'file').write_bytes(content)
    said_ = complaint('call', 'http://127.0.0.1:9/', 'f', '--token-file', tmp_path / 'file')
    assert said_ == ('What --token or --token-file names is not a token: one is a single word of '
                     'ASCII.')


def test_a_file_that_is_not_there_and_two_tokens_are_sentences(tmp_path):
    assert complaint('call', 'http://127.0.0.1:9/', 'f', '--token-file', tmp_path / 'no') == (
        '%s cannot be read: No such file or directory.' % (tmp_path / 'no'))
    assert complaint('call', 'http://127.0.0.1:9/', 'f', '--token', 'a', '--token-file', 'b') == (
        'Give one of --token and --token-file.')


def test_without_a_server_a_token_is_checked_as_there(lib):
    token = add(lib, 'ann')
    assert said('call', '--lib', lib, 'members.who', '--token', token) == 'ann\n'
    assert 'does not accept this token' in complaint('call', '--lib', lib, 'members.who',
                                                     '--token', token.upper())
    assert 'members.who' in said('list', '--lib', lib, '--token', token)
    assert 'members.who' not in said('list', '--lib', lib)


def test_a_connection_that_breaks_shows_no_token():
    with Raw(b'HTTP/1.1 401 no\r\nWWW-Authenticate: Bearer\r\nContent-Le') as server:
        _, out, err = run('call', server.url, 'f', '--token', 'open-sesame')
    assert 'open-sesame' not in out + err
