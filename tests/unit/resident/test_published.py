"""The essentials of what is published, in a long-running process: also after a change of a file."""

from tests.unit.published import essentials


def test_a_long_running_process_publishes_and_answers_the_same(served):
    essentials.write(served.lib)

    def put(body):
        response = served.answer(body)
        return response.status, dict(response.headers), response.body
    essentials.check(put)
    served.write('email.py', 'import email.message\n' + essentials.ONE % 'email', when=None)
    served.tick()
    essentials.check(put)               # registered anew, with the same outcomes


def test_register_of_a_changed_init_takes_the_place_of_the_former_one(served):
    source = 'def register(handler):\n    handler.register_function(lambda: %r, %r)\n'
    served.write('__init__.py', source % (1, 'first'))
    served.write('app.py', essentials.ONE % 'app')
    assert (served.call('first'), served.call('second')) == (1, -32601)
    served.write('__init__.py', source % (2, 'second'), when=1000000007)
    served.tick()
    assert (served.call('first'), served.call('second')) == (-32601, 2)
    (served.lib / '__init__.py').unlink()
    served.tick()
    assert (served.call('second'), served.call('app.get')) == (-32601, 'app')


def test_a_covered_allow_stays_refused_until_its_file_is_right(served):
    served.write('guarded.py', essentials.FILES['guarded.py'])
    assert [served.call('guarded.get') for _ in range(3)] == [-32500] * 3
    right = essentials.FILES['guarded.py'].replace('    @bare\n', '')
    served.write('guarded.py', right, when=1000000007)
    served.tick()
    assert served.call('guarded.get') == -32501
    served.write('guarded.py', essentials.FILES['guarded.py'], when=1000000017)
    served.tick()
    assert served.call('guarded.get') == -32500


def test_a_copied_module_wins_after_a_change_of_any_file_too(served, tmp_path, monkeypatch):
    (tmp_path / 'site').mkdir()
    (tmp_path / 'site' / 'six13.py').write_text('WHOSE = "installed"\n')
    monkeypatch.syspath_prepend(str(tmp_path / 'site'))
    served.write('six13.py', 'WHOSE = "copied"\n')
    served.write('app.py', 'import six13\nclass Application:\n'
                           '    def whose(self): return six13.WHOSE\n')
    assert served.call('app.whose') == 'copied'
    served.write('other.py', essentials.ONE % 'other', when=None)
    assert served.call('other.get') == 'other'
    served.write('other.py', essentials.ONE % 'changed', when=1000000007)
    served.tick()
    assert (served.call('app.whose'), served.call('other.get')) == ('copied', 'changed')
