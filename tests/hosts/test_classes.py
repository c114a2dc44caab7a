"""Classes and settings that are missing, cannot be read, or are wrong."""

import pytest

FAILED = -32500


def test_a_missing_lib_is_an_error_500_that_says_so(site):
    site.sh('rm -r lib')
    answer = site.post()
    assert answer.status_code == 500
    assert answer.text.startswith('this server has no folder of classes: copy lib beside cgi-bin')
    assert 'put your classes there, or name their folder in LIB in rpc.cgi' in site.log()
    assert 'no-lib' in site.check()
    assert 'no-lib' in site.local_check()


@pytest.mark.parametrize('vhost, mode', [('open', '0'), ('shared', '700')])
def test_a_lib_that_may_not_be_entered_is_the_same_error(host, vhost, mode):
    """Mode 700 is what a careful user gives; where Apache's user runs scripts, it is wrong."""
    site = host.site(vhost)
    site.sh('chmod %s lib' % mode)
    answer = site.post()
    site.sh('chmod 755 lib')
    assert answer.status_code == 500, answer.text
    assert 'no folder of classes' in answer.text
    assert 'lib' in site.log()


def test_a_lib_of_mode_700_is_well_under_suexec(site):
    site.sh('chmod 700 lib')
    assert site.call() == 'example'


def test_a_class_that_cannot_be_read_fails_alone(site):
    site.application('def well(self):\n    return 1', 'other')
    site.sh('chmod 0 lib/app.py')
    code, text = site.fault()
    assert code == FAILED
    assert site.call('other.well') == 1
    log = site.log()
    assert reference(text) in log and 'PermissionError' in log and 'lib/app.py' in log


@pytest.mark.parametrize('text, cause', [
    ('class Application:\n    def getName(self) return 1\n', 'SyntaxError'),
    ('1 / 0\nclass Application: pass\n', 'ZeroDivisionError: division by zero'),
    ('import no_such_package\nclass Application: pass\n',
     "ModuleNotFoundError: No module named 'no_such_package'"),
    (b'class Application:\n    name = "Gr\xfc\xdfe"\n', 'SyntaxError'),
    ('import sys\nsys.exit("no")\nclass Application: pass\n', 'SystemExit: no')])
def test_a_class_that_does_not_import_breaks_its_own_methods_and_no_others(site, text, cause):
    site.application('def well(self):\n    return 1', 'other')
    site.write('lib/app.py', text)
    code, said = site.fault()
    assert code == FAILED and cause not in said
    assert site.call('other.well') == 1
    assert 'other.well' in site.call('system.listMethods')
    log = site.log()
    assert 'fault -32500 app.getName' in log and 'ref %s %s' % (reference(said), cause) in log
    assert 'lib/app.py"' in log, 'the traceback names the file'
    assert 'broken-class' in site.check()
    assert 'broken-class' in site.local_check()


def test_a_setting_with_a_typing_error_stops_the_service_and_the_log_names_it(site):
    site.write('lib/settings.py', 'MAX_BODDY = 3\n')
    answer = site.post()
    assert answer.status_code == 500
    assert answer.text == ('the settings of this server are wrong; its error log says what '
                           'to do\n')
    log = site.log()
    assert 'lib/settings.py' in log and 'MAX_BODDY' in log and 'MAX_BODY' in log
    assert 'settings' in site.check()
    assert 'settings' in site.local_check()


@pytest.mark.parametrize('text, word', [('MAX_BODY = "3"\n', 'MAX_BODY'),
                                        ('MAX_BODY = \n', 'settings.py')])
def test_a_wrong_value_of_a_setting_is_named_too(site, text, word):
    site.write('lib/settings.py', text)
    assert site.post().status_code == 500
    assert word in site.log()


def reference(text):
    return text.rpartition('(ref ')[2].rstrip(')')
