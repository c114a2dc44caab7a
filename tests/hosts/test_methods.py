"""Methods that misbehave: print, end the process, crash, leave a child behind."""

import time

import pytest

from .host import apaches_page

ENDED = 'End of script output before headers: rpc.cgi'
CHILD_SECONDS = 30
BACKGROUND = {
    'subprocess': "import subprocess\nsubprocess.Popen(['sleep', '%d'])" % CHILD_SECONDS,
    'fork': 'import os, time\nif os.fork() == 0:\n    time.sleep(%d)\n    os._exit(0)'
            % CHILD_SECONDS,
    'shell': "import os\nos.system('sleep %d &')" % CHILD_SECONDS,
}


def method(site, body):
    site.application('def getName(self):\n' + ''.join(
        '    %s\n' % line for line in body.splitlines()))


@pytest.mark.parametrize('vhost', ['open', 'shared'])
def test_what_a_method_or_its_child_prints_is_in_the_log_and_not_in_the_answer(host, vhost):
    site = host.site(vhost)
    method(site, "import os, sys\nprint('printed \\u20ac')\nos.system('echo from the child')\n"
                 "os.write(1, b'raw\\n')\nsys.stdout.write('Status: 500\\n\\n')\nreturn 'x'")
    answer = site.post()
    assert answer.status_code == 200
    assert answer.text.startswith('<?xml') and '<string>x</string>' in answer.text
    log = site.log()
    assert all(text in log for text in ('printed €', 'from the child', 'raw', 'Status: 500'))


def test_sys_exit_in_a_method_is_a_fault(site):
    method(site, 'import sys\nsys.exit(3)')
    code, text = site.fault()
    assert code == -32500
    assert 'SystemExit: 3' in site.log()


@pytest.mark.parametrize('body', ['import os\nos._exit(3)', 'import os\nos.abort()',
                                  'import ctypes\nctypes.string_at(0)',
                                  'import os\nos.kill(os.getpid(), 9)'],
                         ids=['exit', 'abort', 'segfault', 'kill'])
def test_a_method_that_takes_the_process_down_is_apaches_500_and_the_next_call_works(site, body):
    method(site, body)
    assert apaches_page(site.post(), 500)
    assert ENDED in site.log()
    assert 'app.getName' in site.call('system.listMethods')
    assert site.fixed() == {}


@pytest.mark.parametrize('vhost', ['open', 'shared'])
@pytest.mark.parametrize('how', ['subprocess', 'fork', 'shell'])
def test_a_child_left_in_the_background_does_not_hold_the_answer(host, vhost, how):
    site = host.site(vhost)
    method(site, BACKGROUND[how] + "\nreturn 'started'")
    begun = time.monotonic()
    assert site.call() == 'started'
    assert time.monotonic() - begun < CHILD_SECONDS - 1
