"""To serve the code that is in lib/ now costs one look a second, and memory that is bounded."""

import os
import posix
import random
import sys

import pytest
from xmlrpcgi.resident import freshlibrary as fresh

from tests.unit.resident.served import BY_HELPER, SAYS


def test_one_look_a_second_with_one_stat_a_place_and_no_listing(served, monkeypatch):
    served.write('words.py', "WORD = 'one'\n")
    served.write('app.py', BY_HELPER)
    assert served.call('app.says') == 'one'
    stats = []
    real = fresh.stat
    monkeypatch.setattr(fresh, 'stat', lambda path: stats.append(path) or real(path))

    def listed(*_):
        raise AssertionError('a folder was listed')
    for name in 'listdir', 'scandir':
        monkeypatch.setattr(posix, name, listed)
        monkeypatch.setattr(os, name, listed)
    for _ in range(50):
        assert served.call('app.says') == 'one'
    assert stats == []
    served.clock += 0.99
    assert served.call('app.says') == 'one' and stats == []
    served.clock += 0.01
    for _ in range(50):
        assert served.call('app.says') == 'one'
    assert len(stats) == len(set(stats)) == len(served.service.library._seen)
    assert sorted(os.path.relpath(path, str(served.lib)) for path in stats) == [
        '.', '__init__.py', 'app', 'app.py', 'settings.py', 'words', 'words.py']


def tables(served):
    library = served.service.library
    return {name: len(value) for name, value in vars(library).items() if hasattr(value, '__len__')}


@pytest.mark.slow
def test_names_that_clients_make_up_fill_no_table(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one'
    assert served.call('no.such') == -32601 and served.call('system.no') == -32601
    before = tables(served), len(sys.modules), len(vars(served.service._handler())['funcs'])
    seed = random.Random(3)
    for number in range(10000):
        name = ''.join(seed.choice('abcdefgh_.') for _ in range(seed.randrange(1, 30)))
        name = 'app.' * (number % 3 == 0) + name
        assert served.call(name) in (-32601, -32600, 'one')
        served.clock += 0.01
    assert (tables(served), len(sys.modules),
            len(vars(served.service._handler())['funcs'])) == before


def test_what_an_application_imports_by_name_is_watched_up_to_a_bound(served, monkeypatch):
    monkeypatch.setattr(fresh, '_MOST', 50)
    served.write('app.py', 'class Application:\n    def load(self, name: str):\n        try:\n'
                           '            __import__(name)\n        except ImportError:\n'
                           '            return "no"\n')
    for number in range(100):
        assert served.call('app.load', 'lib.made_up_%d' % number) == 'no'
        assert served.call('app.load', 'made_up_%d' % number) == 'no'
    assert len(served.service.library._seen) <= 50
