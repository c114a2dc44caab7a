"""A resident process goes by the settings that are in lib/ now, or by the last that were right."""

from xmlrpc.client import dumps

import pytest

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
