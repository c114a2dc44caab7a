"""A server to be hurt: its classes, a ledger, its limits, and a way to reach its processes.

    with Place(Result('memory', 'mod_cgid'), settings={'MEMORY': 100000000}) as place:
        place.call('echo.echo', 'x')
        place.agent('end', 'waiting', 10)        # kill -9, where the server runs
        place.sh('ln -s ...')                    # a shell there: this machine, or the container
        place.signal('USR1')                     # Apache's graceful restart

The result names the kind, one of tests.tools.servers; where it has problems at the end, the
server's log is shown. What is different in a container is here and nowhere else.
"""

import concurrent.futures
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from pathlib import Path

from tests.tools import ledger, servers
from tests.tools.servers.base import START_SECONDS, TOP, ServerError
from tests.tools.servers.container import ROOT, command, engine

from . import agent

HERE = Path(__file__).parent
SECONDS = 60                # for any call to end
QUIET = 10                  # seconds that a script may run on after the end of a run
WAITING = 30                # seconds after that end in which calls may still get their turn
STAY = 1                    # seconds of each of the calls that are to meet
FIXTURES = [TOP + '/lib/app.py', TOP + '/tests/fixtures/lib/echo.py', HERE / 'lib' / 'stages.py']

# Into lib/settings.py: each process says at its end how much memory it had at most.
PEAK = '''
import atexit

def _peak():
    with open('/proc/self/status') as status:
        row = [row for row in status if row.startswith('VmHWM')]
    with open(%r, 'a') as file:
        file.write(row[0].split()[1] + '\\n')

atexit.register(_peak)
'''


class Contained(servers.KINDS['docker']):
    """The container, with the engine's options for one test."""

    def __init__(self, bundle, port, extra_conf, options):
        self.options = tuple(options) or self.options
        super().__init__(bundle, port, extra_conf)


class Place:
    """settings: of lib/settings.py. conf: more lines for Apache. options: of the container.

    files: {name: text}, more files of lib. data: the folder for the ledger, as the server sees it.
    more: lines for lib/settings.py. measure: each process says how much memory it had at most.
    lib_is_link: lib is a symbolic link to a folder beside it.
    """

    def __init__(self, result, settings=None, conf='', options=(), files=None, data=None, more='',
                 measure=False, lib_is_link=False):
        self.result, self.kind = result, result.kind
        self.conf, self.options, self.server = conf, options, None
        self.contained = self.kind == 'docker'
        self.temp = Path(tempfile.mkdtemp(prefix='xmlrpcgi-trust-', dir='/tmp'))
        self.temp.chmod(0o755)
        self.root = Path(ROOT) if self.contained else self.temp
        self.data = Path(data) if data else self.root / 'data'
        self.lib, self.database = self.root / 'lib', self.temp / 'data' / 'ledger.db'
        try:
            made = self.temp / ('lib-1' if lib_is_link else 'lib')
            made.mkdir()
            if lib_is_link:
                (self.temp / 'lib').symlink_to('lib-1')
            for path in FIXTURES:
                shutil.copy(path, made)
            (self.temp / 'data').mkdir()
            ledger.install(made, self.database, self.data / 'ledger.db')
            for path in self.database.parent, self.database:
                path.chmod(0o777)
            self.peaks = self.data / 'peaks'
            (made / 'settings.py').write_text(
                more + (PEAK % str(self.peaks) if measure else '') + ''.join(
                    '%s = %r\n' % item for item in (settings or {}).items()))
            for name, text in (files or {}).items():
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                (made / name).write_text(text)
            self.start()
        except BaseException:
            self.stop()
            raise

    def start(self, port=0):
        """Start the server, or start it again at its port."""
        if self.contained:
            bundle = servers.Bundle(lib=self.temp / 'lib')
            self.server = Contained(bundle, port, self.conf, self.options)
            # Into a folder that may be a mount: `docker cp` would write below the mount.
            self.sh('mkdir -p -m 777 %s' % self.data)
            self.put(self.data / 'ledger.db', self.database.read_bytes())
            self.sh('chmod 777 %s; chmod 666 %s/ledger.db' % (self.data, self.data))
        else:
            self.server = servers.start(self.kind, lib=self.temp / 'lib', port=port,
                                        extra_conf=self.conf)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if (error is not None or self.result.problems) and self.server:
            print('The end of the log of %s:\n%s' % (self.kind, self.server.log()[-6000:]),
                  file=sys.stderr)
        self.stop()

    def stop(self):
        if self.server:
            self.server.stop()
            self.server = None
        shutil.rmtree(str(self.temp), ignore_errors=True)

    # Calls.

    @property
    def resident(self):
        """Whether processes stay for the next call."""
        return self.kind in servers.RESIDENT

    @property
    def url(self):
        return self.server.url + '/xmlrpc/'

    def call(self, method, *params, seconds=SECONDS):
        """The result of a call; raises Fault, ProtocolError, OSError or HTTPException."""
        class Transport(xmlrpc.client.Transport):
            def make_connection(self, host):
                connection = super().make_connection(host)
                connection.timeout = seconds
                return connection
        target, _, name = method.rpartition('.')
        with xmlrpc.client.ServerProxy(self.url, Transport(use_builtin_types=True),
                                       allow_none=True) as proxy:
            return getattr(getattr(proxy, target), name)(*params)

    def works(self, seconds=20):
        """None when a call is answered right within so many seconds, else what came instead."""
        try:
            answer = self.call('echo.echo', 'works', seconds=seconds)
        except (OSError, xmlrpc.client.Error) as error:
            return 'a call after it: %r' % error
        return None if answer == 'works' else 'a call after it: %r' % (answer,)

    # The machine it runs on.

    @property
    def mark(self):
        return 1 if self.contained else self.server.process.pid

    def agent(self, verb, *words, seconds=SECONDS):
        """Run agent.py there, for so many seconds at most; what it returns."""
        if not self.contained:
            return agent.main(verb, self.mark, *words)
        return json.loads(command(
            'exec', '-i', self.server.name, 'python3', '-', verb, str(self.mark),
            *map(str, words), data=(HERE / 'agent.py').read_bytes(),
            seconds=seconds).splitlines()[-1])

    def sh(self, script, check=True):
        """Run a shell script there, as we are or as the container's root; its output."""
        if self.contained:
            line = [engine(), 'exec', '-i', self.server.name, 'sh', '-e']
        else:
            line = ['sh', '-e']
        done = subprocess.run(line, input=script.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=SECONDS)
        text = done.stdout.decode('utf-8', 'replace')
        if check and done.returncode:
            raise ServerError('status %d of %s\n%s' % (done.returncode, script, text))
        return text

    def put(self, path, data):
        """Write a file there."""
        if self.contained:
            command('exec', '-i', self.server.name, 'sh', '-c', 'cat >%s' % path, data=data)
        else:
            Path(path).write_bytes(data)

    def signal(self, name):
        """Send Apache's first process a signal: USR1 is -k graceful, HUP is -k restart."""
        if self.contained:
            command('kill', '-s', name, self.server.name)
        else:
            os.kill(self.server.process.pid, getattr(signal, 'SIG' + name))

    def compare(self, outcomes):
        """The ledger's Report about these outcomes."""
        if self.contained:
            shutil.rmtree(str(self.database.parent))
            command('exec', self.server.name, 'cp', '-r', str(self.data), '/copied')
            command('cp', self.server.name + ':/copied', str(self.database.parent))
        return ledger.compare(self.database, outcomes)

    def said(self):
        """The memory that each process had at most, in bytes, of those that ended by themselves."""
        text = self.sh('cat %s 2>/dev/null || true' % self.peaks)
        return [int(row) * 1024 for row in text.split() if row.isdigit()]

    def scripts(self):
        """The scripts that run now: rows of agent.py."""
        return [row for row in self.agent('list') if row['state'] != 'Z'
                and any(door in row['words'] for door in agent.DOORS)]

    def hung(self):
        """The scripts that hang for QUIET seconds: rows of agent.py."""
        return self.silent() if self.resident else self.running()

    def running(self):
        """The scripts that have run for QUIET seconds from now on.

        Those that come later answer calls that waited for their turn, but not without an end.
        """
        began, since = time.monotonic(), {}
        while True:
            now, there = time.monotonic(), {row['pid']: row for row in self.scripts()}
            since = {pid: since.get(pid, now) for pid in there}
            longest = QUIET if now - began < WAITING else 0
            left = [there[pid] for pid, first in since.items() if now - first > longest]
            if left or not there:
                return left
            time.sleep(0.2)

    def silent(self):
        """Of the long-running processes, those that have answered no call in QUIET seconds.

        One that sleeps may wait for a call, or in a call for ever: only an answer shows which. So
        as many calls meet as there are processes, again and again, and say which process has them.
        """
        deadline, before, answered = time.monotonic() + QUIET, set(), set()
        while True:
            there = {row['pid']: row for row in self.scripts()}
            left = there.keys() - answered
            seconds = deadline - time.monotonic()
            if not left or seconds < 0:             # one that has come just now was not asked yet
                return [there[pid] for pid in left & before]
            before = set(there)
            answered |= self.meeting(len(there), max(seconds, 2 * STAY))

    def meeting(self, calls, seconds):
        """The processes that answer so many calls at once, each within so many seconds."""
        def call(_):
            try:
                return self.call('stages.who', STAY, seconds=seconds)
            except (OSError, http.client.HTTPException, xmlrpc.client.Error):
                return None
        with concurrent.futures.ThreadPoolExecutor(calls) as callers:
            return set(callers.map(call, range(calls)))

    def wait_until(self, condition, seconds=START_SECONDS):
        """Wait for `condition()`; whether it came true."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True
