"""The page in a real Chromium shows results, faults and refusals so that they can be read."""

import re

import pytest

from tests.page.conftest import LIB
from tests.page.form import Form, at
from tests.tools import servers


def test_structs_are_shown_as_tables(browser):
    form = Form(browser, 'shop.orders.create').fill(
        'Eva', '[{"sku": "a", "quantity": 2}, {"sku": "b", "quantity": 1}]')
    form.call()
    assert at(browser, form.at + '.value > div > table > tbody > tr > th') == [
        'number', 'customer', 'express', 'note', 'items', 'total', 'placed']
    assert at(browser, form.at + '.value td thead th') == ['sku', 'quantity']
    assert at(browser, form.at + '.value td tbody td') == ['a', '2', 'b', '1']
    assert '2024-05-17 09:30:00' in at(browser, form.at + '.value td')


@pytest.mark.parametrize('text, shown', [
    ('[]', 'empty array'), ('{}', 'empty struct'), ('""', 'empty string'), ('null', 'nil'),
    ('true', 'true'), ('"a\\n  b"', 'a\n  b'), ('{"$base64": "aGk="}', '2 bytes (save)\nhi'),
    ('{"$base64": "AP8="}', '2 bytes (save)\n00 ff'),
    ('[[1], [2, 3]]', '0\t\n0\t1\n\n1\t\n0\t2\n1\t3'),
    ('[{"a": 1}, {"b": 2}]', '\ta\tb\n0\t1\t\n1\t\t2'),
    ('[{}, {}]', '0\tempty struct\n1\tempty struct'),
])
def test_a_result_is_shown_readably(browser, text, shown):
    assert Form(browser, 'values.echo').fill(text).call() == shown


def test_of_a_long_array_the_beginning_is_shown(browser):
    form = Form(browser, 'values.many')
    assert form.call().endswith('\n199\t199\n\nand 800 more Show more')
    browser.click(form.at + '.value p button')
    assert browser.text(form.at + '.value').endswith('\n399\t399\n\nand 600 more Show more')
    assert '999' in form.xml('received')


@pytest.mark.parametrize('method, texts, code, text', [
    ('shop.orders.create', ('Eva', '[{"sku": "moon", "quantity": 1}]'), '17',
     'there is no moon <for sale>'),
    ('shop.orders.create', ('Eva', '[{"sku": "a"}]'), '-32602',
     r".*'items'\[0\]\.quantity: expected int.*"),
    ('shop.orders.cancel', ('1',), '-32500', r'the application failed.*\(ref [0-9a-f]{8}\)'),
])
def test_a_call_that_fails_shows_the_fault(browser, method, texts, code, text):
    form = Form(browser, method).fill(*texts)
    form.call()
    assert at(browser, form.at + '.fault b') == [code]
    assert re.fullmatch(text, at(browser, form.at + '.fault span')[0])
    assert form.status().startswith('Fault after ')
    assert '<fault>' in form.xml('received')
    told = at(browser, form.at + '.result > .hint')
    if code == '-32500':
        assert re.fullmatch('The cause is in the error log of this server, under the reference '
                            '[0-9a-f]{8}\\.', told[0])
    else:
        assert told == []


@pytest.mark.parametrize('method, number, text, complaint', [
    ('values.add', 1, '', 'a whole number is needed'),
    ('values.add', 1, '1.5', 'a whole number is needed'),
    ('values.add', 1, '9223372036854775808', 'the number needs more than 64 bits'),
    ('values.join', 1, 'a\x0bb', 'XML cannot carry the character U+000B; base64 can'),
    ('shop.orders.create', 2, '{}', 'JSON is needed like [{"sku": "text", "quantity": 1}]'),
    ('shop.orders.create', 2, '[1', 'JSON is needed, like [{"sku": "text", "quantity": 1}]'),
])
def test_a_value_that_cannot_be_sent_is_complained_of_and_not_sent(browser, method, number, text,
                                                                    complaint):
    form = Form(browser, method).fill(*[None] * (number - 1), text)
    browser.click(form.at + '.go button')
    said = browser.script('return arguments[0].validationMessage', browser.find(form.field(number)))
    assert said.endswith(complaint + '.')
    assert complaint in browser.text(form.at + '.lines')
    assert not at(browser, form.at + '.result > *')
    assert browser.focused().startswith({'shop.orders.create': 'items', 'values.add': 'a',
                                         'values.join': 'first'}[method])


def test_a_refusal_of_the_web_server_is_shown_with_its_status(browser, site):
    # By a page that stays open while the address changes its mind.
    form = Form(browser, 'hostile.answer')
    browser.script('history.replaceState(null, "", "/nothing"); window.real = fetch;'
                   'window.fetch = (url, init) => real("/nothing", init)')
    assert 'Nothing is served here' in form.call()
    assert form.status().startswith('HTTP 404 after ')
    assert [line for line in browser.messages() if '404' not in line] == []


def test_no_answer_at_all_is_said(chromium):
    with servers.start('embedded', lib=LIB) as running:
        chromium.open(running.url + '/RPC2')
        form = Form(chromium, 'hostile.answer')
    form.call()
    assert form.status() == 'No answer'
    chromium.messages()


@pytest.mark.parametrize('clipboard', [True, False])        # plain http has none
def test_what_is_copied_is_what_is_shown(browser, clipboard):
    if not clipboard:
        browser.script('Object.defineProperty(navigator, "clipboard", {value: undefined})')
    form = Form(browser, 'values.add').fill('41')
    lines = form.lines('Python')
    browser.script('window.setTimeout = () => 0')       # what the button says stays
    browser.click(form.at + '.lines button')
    browser.until(lambda: at(browser, form.at + '.lines button') == ['Copied'], 'the button')
    browser.fill('input[type=search]', 'x')
    browser.script('document.querySelector("input[type=search]").select()')
    browser.press('control+v')
    pasted = browser.script('return document.querySelector("input[type=search]").value')
    assert pasted.replace(' ', '') == lines.replace('\n', '').replace(' ', '')
