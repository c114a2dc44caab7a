"""docs/guide-sqlite.md, followed to the letter on a bare Debian and on a shared host."""

import re
import xmlrpc.client

import pytest

from tests.documents import blocks, follow, section, text
from tests.hosts.guide import PAGE, PASSWORD, QUESTIONS, Machine
from tests.hosts.host import home, need_engine, vhosts
from tests.hosts.test_install import commands_of_the_readme
from tests.tools.archives import dist

SHARED = 'On a shared host'
CALL = 'python3 /srv/xmlrpcgi/cgi-bin/xmlrpcgi call -u ann:%s http://localhost/xmlrpc/ ' % PASSWORD
TWO = """stock.deliver '[{"name": "tea", "quantity": 5}, {"name": "cup", "quantity": %d}]' 2>&1"""
# The database is locked before the call, and until it has ended. The loop that looks for the lock
# takes it itself, for a moment: the one that is to hold it waits for that.
HELD = '''
sqlite="sudo -u www-data sqlite3 /var/lib/stock/stock.db"
mkfifo /tmp/lines; $sqlite < /tmp/lines & exec 3> /tmp/lines
printf '.timeout 20000\nBEGIN IMMEDIATE;\n' >&3
while $sqlite 'BEGIN IMMEDIATE' 2> /dev/null; do sleep 0.05; done
%s
exec 3>&-; wait
'''
AT_ONCE = 'seq %d | xargs -P 20 -I N ' + CALL + '%s 2>&1 || true'


@pytest.fixture(scope='module')
def machine():
    """The machine at the end of the guide; `checks`: what its `check` commands printed."""
    need_engine()
    with Machine() as running:
        guide = text(PAGE).split('\n## %s\n' % SHARED)[0]
        said = follow(guide, running.typed, running.write)
        running.checks = ''.join(shown for line, shown in said if ' check' in line)
        yield running


def test_everything_that_the_guide_shows_comes_and_check_finds_nothing_to_fix(machine):
    assert machine.checks.count('All is well') == 2, machine.checks
    assert 'Traceback' not in machine.log()


def test_of_a_delivery_with_a_fault_nothing_is_stored(machine):
    before = machine.sh(CALL + 'stock.all')
    assert machine.sh(CALL + TWO % 0 + ' || true') == 'fault 2: a delivery has at least 1 of cup\n'
    assert machine.sh(CALL + 'stock.all') == before
    machine.sh(CALL + TWO % 1)
    assert machine.sh(CALL + 'stock.all') != before


@pytest.mark.parametrize('mode', ['wal', 'delete'])
def test_of_calls_at_the_same_time_none_takes_what_another_has_taken(machine, mode):
    sqlite = 'sudo -u www-data sqlite3 /var/lib/stock/stock.db '
    assert machine.sh(sqlite + "'PRAGMA journal_mode = %s'" % mode) == mode + '\n'
    machine.sh(sqlite + "'UPDATE articles SET quantity = 31 WHERE name = \"cup\"'")
    said = machine.sh(AT_ONCE % (40, 'stock.take cup')).splitlines()
    assert sorted(int(line) for line in said if line.isdigit()) == list(range(31)), said
    assert said.count('fault 2: the stock has 0 of cup') == 9, said


def test_first_calls_at_the_same_time_make_the_table_once(machine):
    machine.sh("sudo sh -c 'rm /var/lib/stock/*'")
    assert machine.sh(AT_ONCE % (20, 'stock.all')).split() == ['[]'] * 20
    assert machine.sh(CALL + "stock.deliver '[{\"name\": \"tea\"}]'") == '1\n'


def test_a_call_that_waits_longer_than_the_timeout_is_a_fault_and_in_the_log(machine):
    file = '/srv/xmlrpcgi/lib/stock.py'
    machine.sh('sudo sed -i s/timeout=20/timeout=1/ ' + file)
    said = machine.sh(HELD % (CALL + 'stock.take cup 2>&1'))
    machine.sh('sudo sed -i s/timeout=1/timeout=20/ ' + file)
    assert said.startswith('fault -32500: ')
    assert 'sqlite3.OperationalError: database is locked' in machine.log()


def test_https_alone_and_a_log_of_calls_go_on_from_there(machine):
    for heading in QUESTIONS:
        said = follow(section('docs/questions.md', heading), machine.typed, machine.write)
        assert heading != 'HTTPS' or said[-3][1] == '5\n'
    plain = machine.sh(CALL + 'stock.all 2>&1 || true')
    assert '403' in plain
    machine.sh(CALL.replace('http://', 'https://') + '-k stock.all')
    machine.sh(CALL.replace('http://', 'https://') + "-k stock.take cup 2>&1 || true")
    logged = machine.sh('sudo cat /var/log/apache2/rpc.log').splitlines()
    assert [re.search(r' (\S+) \[.* method=(\S+) fault=(\S+) ', line).groups()
            for line in logged] == [('ann', 'stock.all', '-'), ('ann', 'stock.take', '1')]


def test_on_a_shared_host_the_database_and_the_password_are_in_the_home_folder(host):
    inside = 'http://localhost:%d/~ann' % vhosts()['users']
    site = host.site('users', 'ann')
    site.move_to('')                                    # the user's site itself
    host.sh('rm -rf %s' % dist.stem())                  # of another test
    host.sh('\n'.join(line.replace('https://your.site', inside)
                      for line in commands_of_the_readme()), 'ann')
    try:
        for line in blocks(section(PAGE, SHARED), 'sh')[0].splitlines():
            host.run(line, 'ann', (PASSWORD + '\n').encode() * 2)
        source = blocks(text(PAGE), 'python')[0].replace(
            "'/var/lib/stock/stock.db'", database().replace('/home/me', home('ann')))
        host.run('cat > ~/xmlrpcgi/lib/stock.py', 'ann', source.encode())
        host.sh(r"sed -i '/^#AuthType/,/^#Require valid-user/s/^#//; s|/home/me|%s|' "
                'public_html/cgi-bin/.htaccess' % home('ann'))
        assert 'All is well' in host.sh('python3 ~/public_html/cgi-bin/xmlrpcgi check')
        with pytest.raises(xmlrpc.client.ProtocolError) as refused:
            site.client().stock.all()
        assert refused.value.errcode == 401
        stock = xmlrpc.client.ServerProxy(site.url.replace('//', '//ann:%s@' % PASSWORD)).stock
        assert stock.deliver([{'name': 'tea', 'quantity': 5}]) == 5
        assert stock.take('tea', 2) == 3
        assert host.sh('stat -c "%U %a" data data/stock.db') == 'ann 700\nann 644\n'
    finally:
        host.sh('rm -rf %s data rpc.htpasswd public_html/cgi-bin/.htaccess '
                'xmlrpcgi/lib/stock.py' % dist.stem())


def database():
    """The path of the database as the section writes it, with its quotes."""
    return re.search(r"`DATABASE = ('.*?')`", section(PAGE, SHARED)).group(1)
