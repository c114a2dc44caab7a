"""A change in lib/ counts from the next call on, a second later at most, on every resident kind.

Settings count two seconds after their last change, so that none count that are cut short. Each
server goes through the same stages, all servers at the same time, because most of it is waiting;
what they answered in each stage is looked at afterwards.
"""

import concurrent.futures
import shutil
import tempfile
import time
import xmlrpc.client
from pathlib import Path

import pytest
import requests

from tests.conftest import need
from tests.tools import servers

WITHIN = 1.1                # seconds: resident processes look once a second
SETTLED = 2.1               # seconds: settings are read once they have not changed for 2
GONE = 11.5                 # seconds: settings whose file is gone stay in force for 10
SECONDS = 60
AT_ONCE, CALLS = 4, 16      # so that every process answers some
SAYS = 'class Application:\n    def says(self):\n        return %r\n'
# Calls that meet, so that each process has one.
PAUSE = 'import time\n\nclass Application:\n    def waits(self):\n        time.sleep(0.3)\n'
BY_HELPER = 'from . import words\n\nclass Application:\n    def says(self):\n' \
            '        return words.WORD\n'
ASKED = ['%s.says' % name for name in ('steady', 'fresh', 'moved', 'talk', 'shop.orders', 'edited')]
STAGES = [                  # what is written (None: removed) before each
    {'steady.py': SAYS % 'steady', 'pause.py': PAUSE},
    {'fresh.py': SAYS % 'one', 'moved.py': SAYS % 'one', 'words.py': "WORD = 'one'\n",
     'talk.py': BY_HELPER, 'shop/orders.py': SAYS % 'one', 'edited.py': SAYS % 'one'},
    {'fresh.py': SAYS % 'two', 'moved.py.new': SAYS % 'two', 'words.py': "WORD = 'two'\n",
     'shop/orders.py': SAYS % 'two', 'edited.py': (SAYS % 'two').replace(':', '', 1)},
    {'settings.py': 'INTROSPECTION = False\n'},
    {'settings.py': 'INTROSPEKTION = True\n'},
    {'settings.py': None, 'fresh.py': None, 'edited.py': SAYS % 'three'},
]
LISTED = 'system.listMethods'


def ask(server, method):
    """The result of a call on a connection of its own, or the code of its fault."""
    answer = requests.post(server.url + '/xmlrpc/', xmlrpc.client.dumps((), method).encode(),
                           headers={'Content-Type': 'text/xml'}, timeout=SECONDS)
    if answer.status_code != 200:
        return 'HTTP %d' % answer.status_code
    try:
        result = xmlrpc.client.loads(answer.content)[0][0]
        return tuple(result) if isinstance(result, list) else result
    except xmlrpc.client.Fault as fault:
        return fault.faultCode


def change(lib, files):
    """Write files as an editor does; one whose name ends in .new takes the other's place."""
    for name, text in files.items():
        path = lib / name
        if text is None:
            path.unlink()
            continue
        path.parent.mkdir(exist_ok=True)
        path.parent.chmod(0o755)
        path.write_text(text)
        path.chmod(0o644)
        if path.suffix == '.new':
            path.replace(path.with_suffix(''))


def agree(server, pool, seconds):
    """Ask until all answers have been equal for so many seconds.

    A process looks at lib/ only when it is called, so one may see a change later.
    """
    since = time.monotonic()
    ends = since + seconds + 15
    while time.monotonic() - since < seconds and time.monotonic() < ends:
        if len(set(pool.map(lambda _: ask(server, LISTED), range(CALLS)))) > 1:
            since = time.monotonic()
        time.sleep(0.2)


def story(kind):
    """[{method: the set of what many calls gave}], one for each stage."""
    # Not pytest's folder: of one that the server's user may not read, a copy would be served.
    lib = Path(tempfile.mkdtemp(prefix='xmlrpcgi-fresh-', dir='/tmp'))
    try:
        change(lib, STAGES[0])
        told = []
        with servers.start(kind, lib=lib) as server, \
                concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for number, files in enumerate(STAGES):
                if number:
                    change(lib, files)
                    time.sleep(SETTLED if files.get('settings.py') else WITHIN)
                    if 'settings.py' in files and files['settings.py'] is None:
                        list(pool.map(lambda _: ask(server, 'pause.waits'), range(CALLS)))
                        agree(server, pool, GONE)
                    elif 'settings.py' in files:
                        agree(server, pool, SETTLED)
                told.append({method: set(pool.map(lambda _, name=method: ask(server, name),
                                                  range(CALLS))) for method in [*ASKED, LISTED]})
        return told
    finally:
        shutil.rmtree(lib)


@pytest.fixture(scope='module')
def stories():
    """{kind: what a Future gives}, of those that can be had."""
    kinds = [kind for kind in servers.RESIDENT if servers.available(kind) is None]
    with concurrent.futures.ThreadPoolExecutor(len(kinds) or 1) as pool:
        yield {kind: pool.submit(story, kind) for kind in kinds}


@pytest.fixture(params=servers.RESIDENT)
def told(request, stories):
    """The answers of one kind of server, stage by stage."""
    need(request.param)
    return stories[request.param].result()


def of(told, method):
    return [stage[method] for stage in told]


def test_an_added_a_changed_and_a_removed_file_count_from_the_next_call(told):
    assert of(told, 'fresh.says')[:3] == [{-32601}, {'one'}, {'two'}]
    assert told[-1]['fresh.says'] == {-32601}


def test_a_file_that_is_moved_over_another_counts(told):
    assert of(told, 'moved.says')[1:3] == [{'one'}, {'two'}]


def test_a_changed_helper_counts_for_those_who_import_it(told):
    assert of(told, 'talk.says')[1:3] == [{'one'}, {'two'}]


def test_a_new_folder_and_a_change_in_it_count(told):
    assert of(told, 'shop.orders.says')[:3] == [{-32601}, {'one'}, {'two'}]


def test_a_broken_edit_breaks_its_own_methods_alone_and_a_repair_heals(told):
    assert of(told, 'edited.says')[1:3] == [{'one'}, {-32500}]
    assert told[-1]['edited.says'] == {'three'}
    for number in (0, 1, 2, -1):
        assert told[number]['steady.says'] == {'steady'}


def test_the_list_of_methods_is_of_the_same_moment(told):
    (first,), (second,), _, _, _, (last,) = of(told, LISTED)
    assert [name for name in first if name[:7] != 'system.'] == ['pause.waits', 'steady.says']
    assert set(ASKED) < set(second)
    assert set(ASKED) - set(last) == {'fresh.says'}


def test_changed_settings_count_and_wrong_ones_leave_those_before_in_force(told):
    assert told[3][LISTED] == {-32601}
    # A process that begins now has none from before.
    assert told[4][LISTED] - {'HTTP 500'} == {-32601}
    assert told[4]['steady.says'] - {'HTTP 500'} == {'steady'}
