"""A resident process goes by the settings that are in lib/ now, or by the last that were right."""

from xmlrpc.client import dumps

import pytest
from xmlrpcgi.resident import service

from tests.unit.resident.served import SAYS


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
