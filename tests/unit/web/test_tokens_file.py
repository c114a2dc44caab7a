"""TOKENS_FILE: one that cannot be used, or that others may change, lets nobody in."""

import os
import shlex

import pytest
from xmlrpcgi.errors import SettingsError
from xmlrpcgi.http import answer_by
from xmlrpcgi.message import Request
from xmlrpcgi.web import ratelimits, tokenchange
from xmlrpcgi.web.tokenfile import UnusableFile

from tests.documents import TOP
from tests.unit.ask import Body, ask, call
from tests.unit.web.tokened import ANN, line, said, server


def answered(served, environ=()):
    """The Response of answer_by, which every way to run it uses."""
    body = Body(call('who'))
    return answer_by(Request({
        'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml', **dict(environ),
        'CONTENT_LENGTH': str(len(body.data))}, body.read), lambda: served)


SPOILT = {
    'missing': lambda file: file.unlink(),
    'a folder': lambda file: (file.unlink(), file.mkdir()),
    'a FIFO': lambda file: (file.unlink(), os.mkfifo(str(file), 0o600)),
    'others may write': lambda file: file.chmod(0o602),
    'the group may write': lambda file: file.chmod(0o620),
    'the folder is everybody\'s': lambda file: file.parent.chmod(0o777),
    'the folder is its group\'s': lambda file: file.parent.chmod(0o770),
    'a line of something else': lambda file: file.write_text(line('ann', ANN) + 'ann secret\n'),
    'a plain token': lambda file: file.write_text('ann %s\n' % ANN),
    'a password file': lambda file: file.write_text('ann:{SHA}abc=\n'),
    'upper case': lambda file: file.write_text(line('ann', ANN).upper()),
    'four words': lambda file: file.write_text(line('ann', ANN, '2030-01-01', 'x')),
    'no day': lambda file: file.write_text(line('ann', ANN, 'tomorrow')),
    'month 13': lambda file: file.write_text(line('ann', ANN, '2030-13-01')),
    'an odd name': lambda file: file.write_text(line('a:b', ANN)),
    'a long name': lambda file: file.write_text(line('a' * 65, ANN)),
    'beyond ASCII': lambda file: file.write_bytes(b'# \xe4\n'),
    'too large': lambda file: file.write_text('#' * ((1 << 20) + 1)),
}


@pytest.mark.parametrize('token', [None, ANN, 'wrong'])
@pytest.mark.parametrize('spoil', SPOILT)
def test_a_file_that_cannot_be_used_stops_every_call(tokens_file, spoil, token, capsys):
    served = server(tokens_file)
    SPOILT[spoil](tokens_file)
    response = answered(served, {} if token is None else {'HTTP_X_AUTH_TOKEN': token})
    assert response.status == 500
    assert response.body == (b'the settings of this server are wrong; its error log says what to '
                             b'do\n')
    log = capsys.readouterr().err
    assert log.startswith('xmlrpcgi: lib/settings.py: TOKENS_FILE %s cannot be used' % tokens_file)
    assert len(log.splitlines()) == 1 and ANN not in log and 'secret' not in log
    with pytest.raises(SettingsError):
        ask(method='GET', to=served, environ={'QUERY_STRING': 'health'})


@pytest.mark.skipif(os.geteuid() == 0, reason='root may read every file')
def test_a_file_that_may_not_be_read_stops_every_call(tokens_file):
    tokens_file.chmod(0)
    assert answered(server(tokens_file)).status == 500


def test_the_command_that_fixes_it_can_be_pasted_whatever_the_path(tokens_file, capsys):
    odd = tokens_file.rename(tokens_file.parent / "ann's tokens")
    odd.chmod(0o602)
    answered(server(odd))
    command = capsys.readouterr().err.rpartition('run: ')[2]
    assert shlex.split(command) == ['chmod', '600', str(odd)]


def test_a_missing_file_is_said_how_to_make(tokens_file, capsys):
    tokens_file.unlink()
    answered(server(tokens_file))
    assert 'run: python3 %s/cgi-bin/xmlrpcgi token add NAME' % TOP in capsys.readouterr().err


def test_a_link_to_the_file_is_followed_and_its_group_may_read_it(tokens_file, tmp_path):
    tokens_file.chmod(0o640)
    (tmp_path / 'link').symlink_to(tokens_file)
    assert said(server(tmp_path / 'link'), x_auth_token=ANN)[1][0] == 'ann'


def test_a_link_to_a_file_that_everybody_may_replace_stops_every_call(
        tokens_file, tmp_path, capsys):
    (tmp_path / 'open').mkdir()
    tokens_file.rename(tmp_path / 'open' / 'tokens')
    tokens_file.symlink_to('open/tokens')
    (tmp_path / 'link').symlink_to('tokens')
    for path in tokens_file, tmp_path / 'link':
        (tmp_path / 'open').chmod(0o755)
        assert said(server(path), x_auth_token=ANN)[1][0] == 'ann'
        (tmp_path / 'open').chmod(0o777)
        assert answered(server(path), {'HTTP_X_AUTH_TOKEN': ANN}).status == 500
        assert 'chmod go-w %s\n' % (tmp_path / 'open') in capsys.readouterr().err


def test_the_commands_own_calls_need_the_file_only_for_a_token(tokens_file):
    tokens_file.unlink()
    served = server(tokens_file)
    assert answered(served, {ratelimits.UNCOUNTED: '1'}).status == 200
    assert answered(served, {ratelimits.UNCOUNTED: '1', 'HTTP_X_AUTH_TOKEN': ANN}).status == 500


def test_a_command_that_never_ends_does_not_hold_another_for_ever(tokens_file, monkeypatch):
    monkeypatch.setattr(tokenchange, 'PATIENCE', 0.1)
    before = tokens_file.read_bytes()
    with tokenchange.Change(str(tokens_file)), \
            pytest.raises(UnusableFile, match='another process has had .*tokens.new locked'):
        tokenchange.Change(str(tokens_file))
    with tokenchange.Change(str(tokens_file)):
        pass
    assert tokens_file.read_bytes() == before
