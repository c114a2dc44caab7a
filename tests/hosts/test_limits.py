"""Limits of the host: seconds, memory, CPU, disk, and mod_fcgid's."""

import time
import xmlrpc.client

import pytest

from .host import apaches_page

SLEEPS = 'def getName(self):\n    import time\n    time.sleep(%d)\n    return 1'


def test_a_call_longer_than_the_host_waits_is_a_504_in_html(host):
    site = host.site('tight')
    site.application(SLEEPS % 12)
    answer = site.post()
    assert apaches_page(answer, 504)
    assert 'Script timed out before returning headers: rpc.cgi' in site.log()
    deadline = time.monotonic() + 30
    while 'the answer could not be sent' not in site.log():     # the script itself goes on
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_limit_of_ones_own_below_the_hosts_is_a_fault(host):
    site = host.site('tight')
    site.application(SLEEPS % 12)
    site.write('lib/settings.py', 'CALL_SECONDS = 1\n')
    code, text = site.fault()
    assert code == -32500 and 'longer than 1 second' in text
    assert 'OutOfTime' in site.log()


def test_a_method_beyond_the_hosts_memory_limit_is_a_fault(site):
    site.write('cgi-bin/.htaccess', 'RLimitMEM 100000000\n')
    site.application("def getName(self):\n    return len(b'x' * 200000000)")
    code, text = site.fault()
    assert code == -32400 and 'memory' in text
    assert 'MemoryError' in site.log()


def test_a_memory_limit_of_ones_own_is_a_fault_too(site):
    site.write('lib/settings.py', 'MEMORY = 100000000\n')
    site.application("def getName(self):\n    return len(b'x' * 200000000)")
    assert site.fault()[0] == -32400


def test_thirty_megabytes_of_address_space_are_enough_for_a_call(site):
    site.write('cgi-bin/.htaccess', 'RLimitMEM 30000000\n')
    assert site.call() == 'example'


def test_a_memory_limit_in_which_python_cannot_start_is_named_in_the_log(site):
    site.write('cgi-bin/.htaccess', 'RLimitMEM 8000000\n')
    assert apaches_page(site.post(), 500)
    assert 'failing' in site.check()
    assert '/usr/bin/python3: error while loading shared libraries' in site.log()


def test_a_method_beyond_the_hosts_cpu_limit_is_apaches_500(site):
    site.write('cgi-bin/.htaccess', 'RLimitCPU 1\n')
    site.application('def getName(self):\n    while True:\n        pass')
    assert apaches_page(site.post(), 500)
    assert 'End of script output before headers: rpc.cgi' in site.log()


def test_a_cpu_limit_of_ones_own_is_a_fault(site):
    site.write('lib/settings.py', 'CPU_SECONDS = 1\n')
    site.application('def getName(self):\n    while True:\n        pass')
    code, text = site.fault()
    assert code == -32500 and 'CPU' in text


@pytest.fixture
def full_disk(host):
    """Nothing more can be written to the host's logs."""
    host.sh('dd if=/dev/zero of=/var/log/apache2/fill bs=64k 2>/dev/null || true', 'root')
    yield
    host.sh('rm /var/log/apache2/fill', 'root')


def test_a_log_on_a_full_disk_costs_nobody_the_answer(host, site, full_disk):
    site.application('def fails(self):\n    1 / 0')
    assert site.fault('app.fails')[0] == -32500
    assert site.fault('app.nothing')[0] == -32601
    assert 'app.fails' in site.call('system.listMethods')


def test_a_print_into_a_log_on_a_full_disk_costs_nobody_the_answer_either(site, full_disk):
    site.application("def getName(self):\n    print('x' * 10000)\n    return 'well'")
    assert site.call() == 'well'


def test_a_log_file_of_ones_own_on_a_full_disk_costs_nobody_the_answer(host, site):
    site.application('def fails(self):\n    1 / 0')
    site.write('lib/settings.py', "LOG_FILE = '/small/rpc.log'\n")
    assert site.fault('app.fails')[0] == -32500
    assert 'ZeroDivisionError' in site.sh('cat /small/rpc.log')
    site.sh('dd if=/dev/zero of=/small/fill bs=1k 2>/dev/null || true')
    try:
        assert site.fault('app.fails')[0] == -32500
    finally:
        site.sh('rm /small/fill /small/rpc.log')
    assert site.log().count('ZeroDivisionError: division by zero') >= 2


def test_a_method_that_finds_the_disk_full_is_a_system_fault(site):
    site.application("def getName(self):\n    with open('/small/data', 'w') as file:\n"
                     "        file.write('x' * 100000)")
    try:
        assert site.fault()[0] == -32400
    finally:
        site.sh('rm /small/data')
    assert 'No space left on device' in site.log()


# mod_fcgid: FcgidMaxRequestLen is 131072 bytes since 2.3.6, and a host's user cannot raise it.

def test_a_cgi_script_handed_to_mod_fcgid_is_apaches_500(host):
    site = host.site('fcgid')
    assert apaches_page(site.post(), 500)
    assert 'mod_fcgid: error reading data from FastCGI server' in site.log()
    assert 'failing' in site.check()


@pytest.mark.parametrize('size, status', [(100000, 200), (200000, 500)])
def test_mod_fcgid_lets_131072_bytes_through_where_the_host_changed_nothing(host, size, status):
    site = host.site('fcgid')
    site.application('def size(self, text: str):\n    return len(text)')
    body = xmlrpc.client.dumps(('x' * size,), 'app.size').encode()
    answer = site.post(body, path='/cgi-bin/rpc.fcgi')
    assert answer.status_code == status
    if status == 200:
        assert xmlrpc.client.loads(answer.content)[0][0] == size
    else:
        assert 'mod_fcgid: HTTP request length' in site.log()
