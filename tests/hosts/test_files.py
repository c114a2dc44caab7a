"""Files that arrived damaged, or with modes and owners the host does not like.

Of all these Apache's visitor sees the same page, 500; the cause is in the host's logs only.
"""

import pytest

from .host import apaches_page

ENDED = 'End of script output before headers: rpc.cgi'      # Apache, when a script says nothing
SEE_SUEXEC = 'suexec policy violation: see suexec log for more details'


def fails(site):
    answer = site.post()
    assert apaches_page(answer, 500), answer.text
    assert 'failing' in site.check()
    log = site.log()
    assert ENDED in log
    return log


def test_windows_line_ends_in_the_script_are_an_unknown_option_of_python(site):
    site.sh(r"sed -i 's/$/\r/' cgi-bin/rpc.cgi")
    assert 'Unknown option: -\r' in fails(site)
    assert 'line-ends' in site.local_check()


def test_a_byte_order_mark_makes_the_script_no_program(site):
    site.sh(r"printf '\357\273\277' | cat - cgi-bin/rpc.cgi > t; cat t > cgi-bin/rpc.cgi; rm t")
    log = fails(site)
    assert SEE_SUEXEC in log and 'Exec format error: exec failed (rpc.cgi)' in log
    assert 'bom' in site.local_check()


def test_windows_line_ends_everywhere_but_in_the_first_line_do_no_harm(site):
    site.sh(r"find . -type f | xargs sed -i 's/$/\r/'; sed -i '1s/\r//' cgi-bin/rpc.cgi")
    site.sh(r"sed -i 's/\r//' cgi-bin/xmlrpcgi/.htaccess lib/.htaccess")
    assert site.call() == 'example'


def test_byte_code_sent_by_ftp_in_text_mode_is_not_used(site):
    """Its first bytes have a carriage return before a line feed for that very reason."""
    site.sh('python3 -m compileall -q --invalidation-mode unchecked-hash cgi-bin lib\n'
            r"find . -name '*.pyc' | xargs sed -i 's/\r*$/\r/'")
    assert site.call() == 'example'
    assert 'rror' not in site.log()


def test_files_without_their_bytes_beyond_ascii_work(site):
    """Text mode of old FTP servers.  All that is needed for a call is ASCII."""
    site.sh("find . -name '*.py' -o -name '*.cgi' | LC_ALL=C xargs sed -i 's/[\\x80-\\xff]//g'")
    assert site.call() == 'example'


def test_an_interpreter_that_is_not_there_is_named_by_suexec_as_no_such_file(site):
    site.first_line('#!/usr/local/bin/python3 -IS')
    assert 'No such file or directory: exec failed (rpc.cgi)' in fails(site)
    assert 'interpreter' in site.local_check()


def test_without_suexec_apache_itself_names_the_script_whose_interpreter_is_missing(host):
    site = host.site('shared')
    site.first_line('#!/usr/local/bin/python3 -IS')
    assert apaches_page(site.post(), 500)
    assert "No such file or directory: AH01241: exec of '%s/cgi-bin/rpc.cgi' failed" % \
        site.folder in site.log()


def test_the_shell_door_finds_the_interpreter_by_itself(site):
    site.sh('mv cgi-bin/rpc-sh.cgi cgi-bin/rpc.cgi')
    assert site.call() == 'example'


def test_python_2_does_not_know_the_options_of_the_first_line(site, python2):
    site.first_line('#!%s -IS' % python2)
    assert 'Unknown option: -I\n' in fails(site)
    assert 'too-old' in site.local_check()


def test_python_2_without_the_options_is_told_in_the_answer(site, python2):
    site.first_line('#!%s' % python2)
    answer = site.post()
    assert answer.status_code == 503
    assert 'name Python 3.6 or newer in line 1' in answer.text
    assert 'Python 3.6 or newer must run it' in site.log()
    assert 'cannot-start' in site.check()


def test_the_oldest_python_answers_like_the_newest(site, python36):
    site.first_line('#!%s -IS' % python36)
    site.application('def version(self):\n    import sys\n    return list(sys.version_info[:2])\n'
                     'def echo(self, value):\n    return value')
    assert site.call('app.version') == [3, 6]
    assert site.call('app.echo', ['Grüße', b'\0\xff', 1.5, {'a': None or 1}]) == [
        'Grüße', b'\0\xff', 1.5, {'a': 1}]
    assert site.fixed() == {}


def test_the_script_needs_the_right_to_be_executed(site):
    site.sh('chmod 644 cgi-bin/rpc.cgi')
    assert 'file has no execute permission: (%s/cgi-bin/rpc.cgi)' % site.folder in fails(site)
    assert 'not-executable' in site.local_check()


def test_without_suexec_the_right_to_be_executed_is_missed_by_apache(host):
    site = host.site('shared')
    site.sh('chmod 644 cgi-bin/rpc.cgi')
    assert apaches_page(site.post(), 500)
    assert 'failing' in site.check()
    assert "Permission denied: AH01241: exec of '%s/cgi-bin/rpc.cgi' failed" % \
        site.folder in site.log()


@pytest.mark.parametrize('name, log', [
    ('cgi-bin/rpc.cgi', 'file is writable by others: (%s/cgi-bin/rpc.cgi)'),
    ('cgi-bin', 'directory is writable by others: (%s/cgi-bin)')])
def test_suexec_runs_nothing_that_a_group_may_change(site, name, log):
    site.sh('chmod 775 ' + name)
    assert log % site.folder in fails(site)
    assert 'writable' in site.local_check()


def test_without_suexec_a_group_may(host):
    site = host.site('shared')
    site.sh('chmod -R g+w cgi-bin')
    assert site.call() == 'example'


@pytest.mark.parametrize('options, log', [
    ('', 'target uid/gid (%d/%d) mismatch with directory (%d/%d) or program (%d/%d)'),
    ('-R', 'target uid/gid (%d/%d) mismatch with directory (%d/%d) or program (%d/%d)')])
def test_suexec_runs_only_what_belongs_to_its_user(site, options, log):
    ann, bob = (int(site.sh('id -u ' + name)) for name in ('ann', 'bob'))
    site.sh('chown %s bob: cgi-bin%s' % (options, '' if options else '/rpc.cgi'), 'root')
    folder = bob if options else ann
    assert log % (ann, ann, folder, folder, bob, bob) in fails(site)
    assert 'owner' in site.local_check()


def test_a_folder_that_apache_may_not_enter_is_forbidden(site):
    site.sh('chmod 700 cgi-bin')
    answer = site.post()
    assert apaches_page(answer, 403)
    assert 'unable to check htaccess file, ensure it is readable' in site.log()
    assert 'forbidden' in site.check()


@pytest.mark.parametrize('vhost', ['open', 'shared'])
def test_folders_that_cannot_be_written_only_cost_time(host, vhost):
    site = host.site(vhost)
    site.sh('chmod -R a-w cgi-bin lib')
    assert site.call() == 'example'
    assert site.sh('find . -name __pycache__') == ''
    assert 'xmlrpcgi' not in site.log().replace('xmlrpcgi.zip', '')
    assert 'byte-code' in site.local_check()
    site.sh('chmod -R u+w cgi-bin lib')


def test_the_program_without_its_package_says_what_to_copy(site):
    site.sh('rm -r cgi-bin/xmlrpcgi')
    answer = site.post()
    assert answer.status_code == 503 and answer.headers['Retry-After'] == '10'
    assert answer.text == ('xmlrpcgi cannot start: wait for the end of an upgrade, or copy the '
                           'folder "xmlrpcgi" beside rpc.cgi again, and name Python 3.6 or newer '
                           'in line 1\n')
    assert '%s/cgi-bin/rpc.cgi' % site.folder in site.log()
    assert 'cannot-start' in site.check()


@pytest.mark.parametrize('damage', ['rm cgi-bin/xmlrpcgi/http.py', 'chmod 0 cgi-bin/xmlrpcgi',
                                    ': > cgi-bin/xmlrpcgi/http.py'])
def test_a_package_that_did_not_arrive_whole_is_not_the_users_riddle(site, damage):
    site.sh(damage)
    answer = site.post()
    assert answer.status_code == 503 and answer.headers['Retry-After'] == '10'
    assert answer.text.startswith('xmlrpcgi cannot start: ')
    assert 'cannot-start' in site.check()
    site.sh('chmod 755 cgi-bin/xmlrpcgi')
    assert 'xmlrpcgi cannot start: ' in site.log()
    assert 'xmlrpcgi" ' in answer.text, 'the answer names the folder to copy again'
