"""The page in a real Chromium: a method is found, filled in and called."""

import re
import xmlrpc.client

import pytest

from tests.page.browser import ELEMENT
from tests.page.form import Form, at
from tests.page.languages import answer_of

TRICKY = 'it\'s "q" \\ \\n $HOME ${x} `id` %s {} <&>]]> é 😀\n2nd line'


# Search, call, see.

def test_a_method_is_found_filled_in_called_and_its_answer_seen(browser):
    browser.fill('input[type=search]', 'sum NUMBERS')
    assert at(browser, 'article h3') == ['values.add'] == [
        'values.' + name for name in at(browser, 'nav li li')]
    assert at(browser, '[role=search] [role=status]') == ['1 of 26']
    form = Form(browser, 'values.add')
    browser.fill(form.field(1), '2')
    assert form.call() == '9'
    assert re.fullmatch(r'Result after \d+ ms, [\d.]+ of them in the script', form.status())
    assert xmlrpc.client.loads(form.xml('sent')) == ((2,), 'values.add')
    assert xmlrpc.client.loads(form.xml('received')) == ((9,), None)


def test_a_search_that_finds_nothing_says_so_and_escape_ends_it(browser):
    browser.fill('input[type=search]', 'nothing of the kind')
    assert at(browser, '[role=search] [role=status]') == ['No method has these words.']
    assert at(browser, 'article') == at(browser, 'nav li') == at(browser, 'div > section') == []
    assert at(browser, '.unavailable')
    browser.press('escape')
    assert len(at(browser, 'article')) == len(at(browser, 'nav li li')) == 20   # system is folded


def test_optional_arguments_go_up_to_the_last_one_that_is_wanted(browser):
    form = Form(browser, 'values.add').fill('1')
    assert form.call() == '8' and form.arguments() == (1,)
    form.fill(None, None, '10')
    assert form.call() == '14' and form.arguments() == (1, 3, 10)
    browser.click(form.part(2, '[type=checkbox]'))
    assert form.call() == '8' and form.arguments() == (1,)


# Arguments.

EVERY = {       # text put into the field: what arrives
    '-1099511627776': '-1099511627776', '0.25': '0.25', TRICKY: repr(TRICKY), 'true': 'True',
    '2024-05-17T09:30:01': 'datetime.datetime(2024, 5, 17, 9, 30, 1)', 'é<': "b'\\xc3\\xa9<'",
    '[1, 2.0, "<&>", null, [true], 1e3, 9007199254740993]':
        "[1, 2.0, '<&>', None, [True], 1000.0, 9007199254740993]",
    '{"a b": {"$dateTime": "2024-05-17T09:30"}, "c": {"$base64": "AAH/"}, "": {}}':
        "{'a b': datetime.datetime(2024, 5, 17, 9, 30), 'c': b'\\x00\\x01\\xff', '': {}}",
    'green': '<Color.GREEN: \'green\'>', '7': '7', None: 'None'}


def every(browser):
    return Form(browser, 'values.all').fill(*EVERY)


def test_every_type_has_a_field_and_arrives_as_it_was_written(browser):
    form = every(browser)
    form.call()
    assert list(xmlrpc.client.loads(form.xml('received'))[0][0]) == list(EVERY.values())
    kinds = browser.script('return [...document.querySelectorAll(arguments[0])].map('
                           'field => field.type)', form.at + '.input > :first-child')
    assert kinds == ['number', 'number', 'textarea', 'select-one', 'datetime-local', 'textarea',
                     'textarea', 'textarea', 'select-one', 'number', 'textarea']


@pytest.mark.parametrize('language', ['curl', 'Python', 'PHP', 'JavaScript'])
def test_the_lines_for_other_languages_make_the_same_call(browser, language):
    assert answer_of(language, every(browser).lines(language)) == list(EVERY.values())


@pytest.mark.parametrize('type, text, arrives', [
    ('auto', '3', 'int 3'), ('auto', 'three', "str 'three'"), ('auto', '[1, "a"]', "list [1, 'a']"),
    ('auto', '-0.5', 'float -0.5'), ('auto', '', "str ''"), ('string', '3', "str '3'"),
    ('int', '2147483648', 'int 2147483648'), ('double', '3', 'float 3.0'),
    ('boolean', 'true', 'bool True'), ('base64', 'a', "bytes b'a'"), ('struct', '{}', 'dict {}'),
    ('array', '[]', 'list []'), ('nil', None, 'NoneType None'),
    ('string', 'a\r\nb ]]> &amp;', "str 'a\\nb ]]> &amp;'"),
])
def test_an_argument_without_a_hint_is_of_the_type_that_is_chosen(browser, type, text, arrives):
    form = Form(browser, 'values.kind')
    if type != 'auto':
        browser.set(form.at + 'select.types', type)
    assert form.fill(text).call() == arrives


def test_a_file_is_sent_as_base64(browser, tmp_path):
    data = bytes(range(256)) * 100
    (tmp_path / 'logo.bin').write_bytes(data)
    form = Form(browser, 'shop.orders.label').fill('5')
    element = browser.find(form.at + '[type=file]')[ELEMENT]
    browser.do('element/%s/value' % element, text=str(tmp_path / 'logo.bin'))
    browser.until(lambda: 'AAECAw' in browser.text(form.at + '.lines'), 'the file to be read')
    assert form.call().startswith('25625 bytes (save)')
    assert form.arguments() == (5, data)


def test_further_arguments_come_from_an_array(browser):
    form = Form(browser, 'values.join').fill('a', '["b", "c"]')
    assert form.call() == 'a b c' and form.arguments() == ('a', 'b', 'c')


def test_choices_are_a_select(browser):
    form = Form(browser, 'shop.orders.find')
    assert browser.text(form.field(2)).split() == ['open', 'sent', 'paid']
    form.fill(None, 'paid')
    form.call()
    assert form.arguments() == ('', 'paid')
