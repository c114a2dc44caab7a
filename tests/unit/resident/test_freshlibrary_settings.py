"""A resident process goes by the settings that are in lib/ now, or by the last that were right."""

import os
import time
from xmlrpc.client import dumps

import pytest
from xmlrpcgi.resident import service

from tests.unit.resident.served import SAYS

REGISTERS = '''
made = []
def register(handler):
    made.append(handler)
    handler.register('count', lambda: len(made))
'''


class Uploaded:
    """settings.py as an upload writes it in place; `now` is what its times and the clock go by."""

    def __init__(self, served, monkeypatch):
        self.served, self.now = served, time.time()
        monkeypatch.setattr(service, 'time', lambda: self.now)

    def write(self, text):
        self.served.write('settings.py', text, self.now)

    def passes(self, seconds):
        self.now += seconds
        self.served.clock += seconds


@pytest.fixture
def uploaded(served, monkeypatch):
    return Uploaded(served, monkeypatch)


def test_settings_change_and_go_and_come(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('system.listMethods')[0] == 'app.says'
    served.write('settings.py', 'INTROSPECTION = False\n')
    served.tick()
    assert served.call('system.listMethods') == -32601
    served.write('settings.py', 'INTROSPECTION = True \n')
    served.tick()
    assert served.call('system.listMethods')[0] == 'app.says'
    served.write('settings.py', 'INTROSPECTION = False\n')
    served.tick()
    assert served.call('system.listMethods') == -32601
    (served.lib / 'settings.py').unlink()
    served.tick()
    assert served.call('system.listMethods') == -32601
    served.clock += service._GONE
    assert served.call('system.listMethods')[0] == 'app.says'


@pytest.mark.parametrize('broken', ['INTROSPEKTION = True\n', 'MAX_BODY = -1\n', 'MAX_BODY =\n'])
def test_settings_that_break_leave_those_of_before_in_force(served, capsys, broken):
    served.write('app.py', SAYS % 'one')
    served.write('settings.py', 'INTROSPECTION = False\n')
    assert served.call('app.says') == 'one'
    served.write('settings.py', broken)
    served.tick()
    for _ in range(3):
        assert served.call('app.says') == 'one' and served.call('system.listMethods') == -32601
        served.tick()
    said = capsys.readouterr().err
    assert said.count('lib/settings.py') == 1 and 'from before it changed stay in force' in said
    served.write('settings.py', 'INTROSPECTION = True\n')
    served.tick()
    assert served.call('system.listMethods')[0] == 'app.says'


def test_settings_that_break_do_not_keep_the_old_classes(served, capsys):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one'
    served.write('settings.py', 'MAX_BODY = -1\n')
    served.tick()
    assert served.call('app.says') == 'one'
    served.write('app.py', SAYS % 'two')
    served.tick()
    assert served.call('app.says') == 'two'


def test_settings_that_were_never_right_are_a_500_until_they_are(served, capsys):
    served.write('app.py', SAYS % 'one')
    served.write('settings.py', 'MAX_BODY = -1\n')
    for _ in range(2):
        assert served.answer(b'').status == 500
    assert 'cannot be negative' in capsys.readouterr().err
    served.write('settings.py', 'MAX_BODY = 11\n')
    served.tick()
    assert served.answer(dumps((), 'app.says').encode()).status == 413


def test_settings_that_are_gone_for_a_moment_stay_in_force_with_their_rate_limits(
        served, tmp_path, capsys):
    limits = "MAX_CALLS_PER_MINUTE = 4\nRATE_LIMIT_FILE = %r\n" % str(tmp_path / 'limits')
    served.write('app.py', SAYS % 'one')
    served.write('settings.py', limits)
    body = dumps((), 'app.says').encode()
    found = []
    for gone in (False, True, True, False, True, False):
        if gone:
            (served.lib / 'settings.py').rename(tmp_path / 'uploaded')
        found.append(served.answer(body).status)
        served.tick()
        found.append(served.answer(body).status)
        if gone:
            (tmp_path / 'uploaded').rename(served.lib / 'settings.py')
    assert found == [200] * 4 + [429] * 8
    assert capsys.readouterr().err.count('stay in force for 10 seconds') == 2


def test_settings_that_were_removed_end_after_a_while(served):
    served.write('app.py', SAYS % 'one')
    served.write('settings.py', 'INTROSPECTION = False\n')
    assert served.call('system.listMethods') == -32601
    (served.lib / 'settings.py').unlink()
    for _ in range(int(service._GONE)):
        served.tick()
        assert served.call('system.listMethods') == -32601
    served.clock += 1
    assert served.call('system.listMethods')[0] == 'app.says'
    served.write('app.py', SAYS % 'other')          # and do not come back
    served.tick()
    assert served.call('system.listMethods')[0] == 'app.says'


UNSEEN = {
    'a link to nothing': lambda path: path.symlink_to('nothing'),
    'a link to itself': lambda path: path.symlink_to('settings.py'),
    'a pipe': lambda path: os.mkfifo(str(path)),
    'a folder': lambda path: path.mkdir(),
}


@pytest.mark.parametrize('name', UNSEEN)
def test_settings_that_cannot_be_seen_leave_those_of_before_in_force(
        served, uploaded, tmp_path, capsys, name):
    path = served.lib / 'settings.py'
    served.write('app.py', SAYS % 'one')
    served.write('settings.py', 'INTROSPECTION = False\n')
    assert served.call('system.listMethods') == -32601
    path.rename(tmp_path / 'away')
    UNSEEN[name](path)
    for _ in range(20):
        uploaded.passes(1)
        assert served.call('app.says') == 'one' and served.call('system.listMethods') == -32601
    assert capsys.readouterr().err.count('from before it changed stay in force') == 1
    path.rename(tmp_path / 'was in the way')
    (tmp_path / 'away').rename(path)
    served.write('settings.py', 'INTROSPECTION = True\n')
    served.tick()
    assert served.call('system.listMethods')[0] == 'app.says'


@pytest.mark.parametrize('name', UNSEEN)
def test_settings_that_were_never_seen_are_a_500(served, capsys, name):
    served.write('app.py', SAYS % 'one')
    UNSEEN[name](served.lib / 'settings.py')
    for _ in range(3):
        assert served.answer(b'').status == 500
        served.tick()
    assert 'put the settings into a file there' in capsys.readouterr().err


@pytest.mark.parametrize('name', UNSEEN)
def test_what_comes_where_there_were_no_settings_is_said(served, uploaded, capsys, name):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one'
    UNSEEN[name](served.lib / 'settings.py')
    for _ in range(4):
        uploaded.passes(1)
        assert served.call('app.says') == 'one'
    assert capsys.readouterr().err.count('from before it changed stay in force') == 1


def test_settings_that_are_cut_short_for_a_moment_do_not_count(served, uploaded, tmp_path, capsys):
    whole = ('MAX_CALLS_PER_MINUTE = 4\nRATE_LIMIT_FILE = %r\nINTROSPECTION = False\n'
             % str(tmp_path / 'limits'))
    served.write('app.py', SAYS % 'one')
    uploaded.write(whole)
    body = dumps((), 'app.says').encode()
    assert [served.answer(body).status for _ in range(5)] == [200] * 4 + [429]
    for size in range(0, len(whole), 6):
        uploaded.write(whole[:size])
        for _ in range(3):
            uploaded.passes(0.6)
            assert served.answer(body).status == 429
    uploaded.write(whole.replace('MINUTE = 4', 'MINUTE = 5'))
    uploaded.passes(2)
    assert [served.answer(body).status for _ in range(2)] == [200, 429]
    assert capsys.readouterr().err.count('settings') == 0


def test_settings_that_never_stop_changing_count_after_a_minute(served, uploaded):
    served.write('app.py', SAYS % 'one')
    uploaded.write('INTROSPECTION = True\n')
    assert served.call('system.listMethods')[0] == 'app.says'
    found = []
    for _ in range(70):
        uploaded.write('INTROSPECTION = False\n')
        uploaded.passes(1)
        found.append(served.call('system.listMethods') == -32601)
    assert found == sorted(found) and found.index(True) in (59, 60, 61)


def test_an_upload_after_a_long_time_without_calls_is_waited_for_too(served, uploaded):
    served.write('app.py', SAYS % 'one')
    uploaded.write('INTROSPECTION = False\n')
    assert served.call('system.listMethods') == -32601
    uploaded.passes(10)
    uploaded.write('INTROSPECTION = False\n# edited\n')
    uploaded.passes(1.1)
    assert served.call('system.listMethods') == -32601
    uploaded.passes(3600)
    uploaded.write('# the first half\n')
    uploaded.passes(0.1)
    assert served.call('system.listMethods') == -32601


def test_while_an_import_holds_a_switch_up_not_every_call_looks(served, uploaded, monkeypatch):
    served.write('app.py', SAYS % 'one')
    uploaded.write('MAX_BODY = 100000\n')
    assert served.call('app.says') == 'one'
    uploaded.passes(10)
    uploaded.write('MAX_BODY = 200000\n')
    uploaded.passes(1)
    assert served.call('app.says') == 'one'
    library = served.service.library
    monkeypatch.setattr(library, '_switch', lambda: False)
    uploaded.passes(5)
    before = library.looks
    for _ in range(20):
        assert served.call('app.says') == 'one'
    assert library.looks == before + 1


def test_classes_are_registered_once_for_each_time_they_are_imported(served, uploaded):
    served.write('__init__.py', REGISTERS)
    uploaded.write('INTROSPECTION = True\n')
    assert served.call('count') == 1
    uploaded.passes(10)
    uploaded.write('INTROSPECTION = False\n')
    for _ in range(5):
        uploaded.passes(0.9)
        assert served.call('count') == 1
    assert served.call('system.listMethods') == -32601
    (served.lib / 'settings.py').unlink()
    for _ in range(15):
        uploaded.passes(1)
        assert served.call('count') == 1
    assert 'count' in served.call('system.listMethods')


@pytest.mark.parametrize('at', [0.0, 0.3, 0.99, 1.0, 1.9])
def test_a_change_of_the_settings_counts_two_seconds_after_it(served, uploaded, at):
    served.write('app.py', SAYS % 'one')
    uploaded.write('INTROSPECTION = False\n')
    assert served.call('system.listMethods') == -32601      # the first are taken at once
    uploaded.passes(10)
    assert served.call('system.listMethods') == -32601
    uploaded.write('INTROSPECTION = True\n')
    uploaded.passes(at)
    assert served.call('system.listMethods') == -32601
    uploaded.passes(1.99 - at)
    assert served.call('system.listMethods') == -32601
    uploaded.passes(0.01)
    assert served.call('system.listMethods')[0] == 'app.says'


def test_a_change_that_is_older_than_the_last_look_counts_at_once(served, uploaded):
    served.write('app.py', SAYS % 'one')
    uploaded.write('INTROSPECTION = False\n')
    assert served.call('system.listMethods') == -32601
    uploaded.write('INTROSPECTION = True\n')
    uploaded.passes(2)
    assert served.call('system.listMethods')[0] == 'app.says'


@pytest.mark.parametrize('off', [-3600, -1.5, 1.5, 3600])
def test_a_file_server_with_another_clock_delays_a_change_little(served, uploaded, off):
    served.write('app.py', SAYS % 'one')
    uploaded.write('INTROSPECTION = False\n')
    assert served.call('system.listMethods') == -32601
    served.write('settings.py', 'INTROSPECTION = True\n', uploaded.now + off)
    for _ in range(4):
        uploaded.passes(1)
        last = served.call('system.listMethods')
    assert last[0] == 'app.says'


def test_classes_that_change_with_the_settings_need_not_wait_for_them(served, uploaded):
    served.write('app.py', SAYS % 'one')
    uploaded.write('INTROSPECTION = False\n')
    assert served.call('app.says') == 'one'
    served.write('app.py', SAYS % 'two')
    uploaded.write('INTROSPECTION = True\n')
    uploaded.passes(1)
    assert served.call('app.says') == 'two' and served.call('system.listMethods') == -32601
    uploaded.passes(1)
    assert served.call('system.listMethods')[0] == 'app.says'
