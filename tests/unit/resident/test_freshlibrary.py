"""A resident process serves the code that is in lib/ now; the clock here is the tests' own."""

import sys
import time
from xmlrpc.client import dumps

import pytest

from tests.unit.resident.served import BY_HELPER, SAYS


def test_a_changed_file_counts_a_second_later(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one'
    served.write('app.py', SAYS % 'longer')
    assert served.call('app.says') == 'one'
    served.tick()
    assert served.call('app.says') == 'longer'


def test_a_change_of_the_same_size_and_the_same_time_counts_too(served):
    for name in 'one', 'two', 'six':
        served.write('app.py', SAYS % name)
        served.tick()
        assert served.call('app.says') == name


def test_a_link_that_is_switched_never_gives_a_mix_of_both_folders(served, tmp_path):
    for number in ('1', '2'):
        folder = tmp_path / ('lib-' + number)
        folder.mkdir()
        (folder / 'app.py').write_text(BY_HELPER)
        (folder / 'late.py').write_text(BY_HELPER)
        (folder / 'words.py').write_text('WORD = %r' % ('words of ' + number))
    served.lib.rmdir()
    served.lib.symlink_to('lib-1')
    assert served.call('app.says') == 'words of 1'
    (tmp_path / 'link').symlink_to('lib-2')
    (tmp_path / 'link').rename(served.lib)
    assert served.call('late.says') == 'words of 1'
    served.tick()
    assert served.call('late.says') == served.call('app.says') == 'words of 2'
    assert str(tmp_path / 'lib-1') not in sys.path and str(tmp_path / 'lib-2') in sys.path


def test_a_file_that_replaces_another_by_its_name_counts(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one'
    served.write('new', SAYS % 'two')
    (served.lib / 'new').rename(served.lib / 'app.py')
    served.tick()
    assert served.call('app.says') == 'two'


def test_an_added_file_counts_at_once_and_a_removed_one_a_second_later(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one' and served.call('more.says') == -32601
    served.write('more.py', SAYS % 'more')
    assert served.call('more.says') == 'more'
    (served.lib / 'more.py').unlink()
    served.tick()
    assert served.call('more.says') == -32601 and served.call('app.says') == 'one'


def test_those_who_use_a_changed_helper_get_the_new_one(served):
    served.write('words.py', "WORD = 'one'\n")
    served.write('app.py', BY_HELPER)
    served.write('shop/orders.py', BY_HELPER.replace('from .', 'from lib'))
    assert served.call('app.says') == served.call('shop.orders.says') == 'one'
    served.write('words.py', "WORD = 'two'\n")
    served.tick()
    assert served.call('app.says') == served.call('shop.orders.says') == 'two'


def test_what_modules_keep_begins_anew_only_with_a_change(served):
    served.write('app.py', 'CALLS = []\n\nclass Application:\n    def count(self):\n'
                           '        CALLS.append(1)\n        return len(CALLS)\n')
    served.write('other.py', SAYS % 'one')
    assert served.call('other.says') == 'one'
    for number in 1, 2, 3:
        assert served.call('app.count') == number
        served.tick()
    served.write('other.py', SAYS % 'two')
    served.tick()
    assert served.call('app.count') == 1


@pytest.mark.parametrize('name', ['extra.py', 'extra/__init__.py'])
@pytest.mark.parametrize('line', ['from . import extra', 'from lib import extra', 'import extra'])
def test_an_import_that_failed_is_tried_again_when_its_file_appears(served, name, line):
    served.write('app.py', 'try:\n    %s\nexcept ImportError:\n    extra = None\n\n'
                           'class Application:\n    def says(self):\n'
                           '        return extra.WORD if extra else "nothing"\n' % line)
    assert served.call('app.says') == 'nothing'
    served.write(name, "WORD = 'extra'\n")
    served.tick()
    assert served.call('app.says') == 'extra'


USED = 'import sys\nfrom . import words\n\nclass Application:\n    def says(self):\n' \
       '        return getattr(words, "WORD", "")\n'
GROWS = {           # what is there, what is called and what it says; what is added, and then
    'a folder beside a class': (
        {'app.py': BY_HELPER, 'words.py': "WORD = 'one'\n"}, 'app.says', 'one',
        {'app/b.py': SAYS % 'b'}, {'app.b.says': 'b', 'app.says': 'one'}),
    'a folder beside a class that nobody has called': (
        {'app.py': SAYS % 'one', 'other.py': SAYS % 'other'}, 'other.says', 'other',
        {'app/b.py': SAYS % 'b'}, {'app.b.says': 'b', 'app.says': 'one'}),
    'a folder in a folder': (
        {'shop/app.py': SAYS % 'one'}, 'shop.app.says', 'one',
        {'shop/app/b.py': SAYS % 'b'}, {'shop.app.b.says': 'b', 'shop.app.says': 'one'}),
    'a package in place of a helper': (
        {'app.py': BY_HELPER, 'words.py': "WORD = 'one'\n"}, 'app.says', 'one',
        {'words/__init__.py': "WORD = 'two'\n"}, {'app.says': 'two'}),
    'a file beside a folder': (
        {'app.py': USED, 'words/b.py': SAYS % 'b'}, 'app.says', '',
        {'words.py': "WORD = 'two'\n"}, {'app.says': 'two', 'words.b.says': 'b'}),
    'a package in place of a module of another package': (
        {'app.py': 'import copied.words as words\n' + SAYS % 'one' + '    def word(self):\n'
                   '        return words.WORD\n', 'copied/__init__.py': '',
         'copied/words.py': "WORD = 'one'\n"}, 'app.word', 'one',
        {'copied/words/__init__.py': "WORD = 'two'\n"}, {'app.word': 'two'}),
}


@pytest.mark.parametrize('what', GROWS)
def test_what_is_added_beside_what_is_loaded_counts_a_second_later(served, what):
    files, called, says, added, then = GROWS[what]
    for name, source in files.items():
        served.write(name, source)
    assert served.call(called) == says
    for name, source in added.items():
        served.write(name, source)
    served.tick()
    assert {method: served.call(method) for method in then} == then


def test_files_that_come_and_go_in_a_folder_make_nothing_begin_anew(served):
    served.write('app.py', SAYS % 'one')
    served.write('app/b.py', SAYS % 'b')
    assert served.call('app.says') == 'one' and served.call('app.b.says') == 'b'
    version = served.service.library.version
    for number in range(3):
        served.write('app/data-%d.db' % number, 'data')
        served.write('data-%d.db' % number, 'data')
        served.tick()
        assert served.call('app.b.says') == 'b'
    assert served.service.library.version == version


def test_an_init_file_that_appears_makes_a_folder_a_package_that_publishes_nothing(served):
    served.write('shop/orders.py', 'import sys\n\nclass Application:\n    def says(self):\n'
                                   '        return getattr(sys.modules["lib.shop"], "WORD", "")\n')
    assert served.call('shop.orders.says') == ''
    served.write('shop/__init__.py', "WORD = 'shop'\n")
    served.tick()
    assert served.call('shop.orders.says') == -32601


@pytest.mark.parametrize('name', ['copied_package/inner.py', 'copied_package/__init__.py',
                                  'copied_module.py'])
def test_a_package_that_was_copied_into_lib_counts_too(served, name):
    for file in 'copied_package/inner.py', 'copied_package/__init__.py', 'copied_module.py':
        served.write(file, "WORD = 'one'\n")
    module = name[:-3].replace('/', '.').replace('.__init__', '')
    served.write('app.py', 'import copied_package.inner\nimport copied_module\n'
                           'import %s as used\n\nclass Application:\n    def says(self):\n'
                           '        return used.WORD\n' % module)
    for word in 'one', 'two', 'six':
        served.write(name, 'WORD = %r\n' % word)
        served.tick()
        assert served.call('app.says') == word


def test_byte_code_is_kept_of_files_that_are_not_young(served):
    served.write('old.py', SAYS % 'old')
    served.write('copied.py', "WORD = 'old'\n")
    served.write('young.py', 'import copied\n' + SAYS % 'young', when=time.time() + 1.5)
    assert served.call('old.says') == 'old' and served.call('young.says') == 'young'
    kept = sorted(path.name.partition('.')[0] for path in served.lib.glob('__pycache__/*'))
    assert kept == ['copied', 'old']
    assert not sys.dont_write_bytecode


def test_a_broken_edit_is_the_fault_of_its_own_methods_and_is_healed(served, capsys):
    served.write('app.py', SAYS % 'one')
    served.write('other.py', SAYS % 'other')
    assert served.call('app.says') == 'one' and served.call('other.says') == 'other'
    served.write('app.py', 'class Application\n')
    served.tick()
    assert served.call('app.says') == -32500 and served.call('other.says') == 'other'
    assert 'SyntaxError' in capsys.readouterr().err
    served.write('app.py', SAYS % 'fixed')
    assert served.call('app.says') == 'fixed' and served.call('other.says') == 'other'


def test_a_broken_helper_breaks_its_users_and_heals(served):
    served.write('words.py', "WORD = 'one'\n")
    served.write('app.py', BY_HELPER)
    served.write('other.py', SAYS % 'other')
    assert served.call('app.says') == 'one'
    served.write('words.py', "WORD = 'one\n")
    served.tick()
    assert served.call('app.says') == -32500 and served.call('other.says') == 'other'
    served.write('words.py', "WORD = 'two'\n")
    served.tick()
    assert served.call('app.says') == 'two'


def test_a_folder_that_goes_and_comes_back_heals(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one'
    served.lib.rename(served.lib.parent / 'away')
    served.tick()
    assert served.answer(dumps((), 'app.says').encode()).status == 500
    (served.lib.parent / 'away').rename(served.lib)
    served.tick()
    assert served.call('app.says') == 'one'
