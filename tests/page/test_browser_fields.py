"""The page in a real Chromium has fields for structs and rows for arrays, or JSON for both."""

import datetime
import json

import pytest

from tests.page.form import Form, at


def press(browser, label):
    """Click the button of this name."""
    browser.click('[aria-label="%s"]' % label)


def fields(browser, form, number=1):
    """The names of a parameter's inputs, as assistive programs read them."""
    return browser.script(
        'return [...document.querySelectorAll(arguments[0])].filter(input =>'
        'input.checkVisibility()).map(input =>'
        'input.ariaLabel ?? input.labels[0].textContent.trim())', form.part(number, ' '.join((
            '.holder', ':is(input:not([type=checkbox]), textarea, select)'))))


def test_an_array_of_structs_has_rows_with_a_field_for_each_member(browser):
    form = Form(browser, 'shapes.lines')
    row = form.part(1, '.row:nth-of-type(%d) .field:nth-of-type(%d) .input > :first-child')
    assert at(browser, form.part(1, '.name small'))[0] == 'array of Line'
    browser.fill(row % (1, 1), 'tea')
    browser.fill(row % (1, 2), '2')
    press(browser, 'Add Line to lines')
    assert browser.focused().startswith('sku')
    browser.fill(row % (2, 1), 'cup')
    browser.set(row % (2, 3), 'paid')
    browser.set(form.part(1, '.row:nth-of-type(2) .types'), 'dateTime')
    browser.set(row % (2, 4), '2024-05-17T09:30')
    form.call()
    when = datetime.datetime(2024, 5, 17, 9, 30)
    assert form.arguments() == ([{'sku': 'tea', 'quantity': 2},
                                 {'sku': 'cup', 'status': 'paid', 'shipped': when}],)
    assert at(browser, form.at + '.value thead th') == ['sku', 'quantity', 'status', 'shipped']
    press(browser, 'Remove lines[0]')
    form.call()
    assert [line['sku'] for line in form.arguments()[0]] == ['cup']


def test_optional_members_begin_with_their_default_and_are_sent_when_they_are_ticked(browser):
    form = Form(browser, 'shapes.lines')
    assert at(browser, form.part(1, '.name small')) == [
        'array of Line', 'string', 'int = 1', "string = 'new'", 'dateTime or nil = None']
    browser.fill(form.part(1, '.row .field .input > :first-child'), 'tea')
    press(browser, 'Send lines[0].quantity')
    form.call()
    assert form.arguments() == ([{'sku': 'tea', 'quantity': 1}],)


def test_json_is_the_other_view_of_the_fields(browser):
    form = Form(browser, 'shapes.lines')
    text = form.part(1, 'textarea[aria-label="lines as JSON"]')
    press(browser, 'lines as JSON')
    assert browser.script('return document.querySelector(arguments[0]).value', text) == ''
    example = browser.script('return document.querySelector(arguments[0]).placeholder', text)
    assert json.loads(example) == [{'sku': 'text', 'quantity': 1, 'status': 'new',
                                    'shipped': None}]
    browser.set(text, '[{"sku": "tea", "quantity": 9007199254740993}, {"sku": "a\\nb"}]')
    press(browser, 'lines as fields')
    form.call()
    assert form.arguments() == ([{'sku': 'tea', 'quantity': 9007199254740993}, {'sku': 'a\nb'}],)
    press(browser, 'lines as JSON')
    value = browser.script('return document.querySelector(arguments[0]).value', text)
    assert json.loads(value) == [{'sku': 'tea', 'quantity': 9007199254740993}, {'sku': 'a\nb'}]
    form.call()
    assert form.arguments()[0][0] == {'sku': 'tea', 'quantity': 9007199254740993}


@pytest.mark.parametrize('text, says', [
    ('[{"sku": 3}]', 'the fields cannot hold this.'), ('[{"skew": "x"}]', 'the fields cannot hold'),
    ('[', 'JSON is needed, like [')])
def test_json_that_the_fields_cannot_hold_stays_json(browser, text, says):
    form = Form(browser, 'shapes.lines').fill(text)
    press(browser, 'lines as fields')
    assert browser.script('return arguments[0].validationMessage',
                          browser.find(form.field(1))).startswith(says)
    assert browser.script('return arguments[0].value', browser.find(form.field(1))) == text


def test_a_member_that_cannot_be_sent_is_complained_of_at_its_field(browser):
    form = Form(browser, 'shapes.lines')
    press(browser, 'Send lines[0].quantity')
    quantity = form.part(1, '.row .field:nth-of-type(2) input[type=number]')
    browser.set(quantity, '')
    browser.click(form.at + '.go button')
    assert browser.script('return document.querySelector(arguments[0]).validationMessage',
                          quantity) == 'For lines, a whole number is needed.'
    assert not at(browser, form.at + '.result > *')


def test_a_struct_that_holds_itself_grows_as_it_is_filled_in(browser):
    form = Form(browser, 'shapes.tree')
    assert fields(browser, form) == ['name string']
    browser.fill(form.part(1, '.field .input > :first-child'), 'root')
    press(browser, 'Send node.below')
    press(browser, 'Add Node to node.below')
    browser.fill(form.part(1, '.row .field .input > :first-child'), 'leaf')
    form.call()
    assert form.arguments() == ({'name': 'root', 'below': [{'name': 'leaf'}]},)
    form.fill('{"name": "a", "twin": {"name": "b", "below": [{"name": "c"}], "twin": null}}')
    press(browser, 'node as fields')
    form.call()
    assert form.arguments() == ({'name': 'a', 'twin': {
        'name': 'b', 'below': [{'name': 'c'}], 'twin': None}},)


def test_the_type_of_a_union_is_chosen_and_json_finds_its_own(browser):
    form = Form(browser, 'shapes.union')
    pick = form.part(1, '.types')
    assert browser.text(pick).split() == ['int', 'Line', 'Big']
    browser.fill(form.part(1, 'input[type=number]'), '7')
    assert form.call() == 'int'
    browser.set(pick, 'Line')
    browser.fill(form.part(1, '.field .input > :first-child'), 'tea')
    assert form.call() == 'Line'
    form.fill('{"number": 5, "data": {"$base64": "AAH/"}}')
    press(browser, 'value as fields')
    assert browser.script('return document.querySelector(arguments[0]).value', pick) == 'Big'
    assert form.call() == 'Big' and form.arguments() == ({'number': 5, 'data': b'\0\1\xff'},)


def test_pairs_have_their_own_fields_and_a_struct_of_any_names_has_rows(browser):
    form = Form(browser, 'shapes.pairs')
    assert browser.script(
        'return [...document.querySelectorAll(arguments[0])].map(field => field.placeholder)',
        form.part(1, '.row :is(input, textarea)')) == ['int', 'string']
    browser.fill(form.part(1, '.row:nth-of-type(1) input'), '1')
    browser.fill(form.part(1, '.row:nth-of-type(2) textarea'), 'one')
    press(browser, 'Add double to names')
    browser.fill(form.part(2, '.key'), 'pi')
    browser.fill(form.part(2, 'input[type=number]'), '3.14')
    press(browser, 'Add string to tags')
    browser.fill(form.part(3, 'textarea'), 'x')
    form.call()
    assert form.arguments() == ([1, 'one'], {'pi': 3.14}, ['x'])


def test_a_default_of_an_enum_is_its_value(browser):
    form = Form(browser, 'shapes.status')
    assert "status(status: string = 'paid') → string" in browser.text(form.at + 'p.given')
    assert browser.script('return document.querySelector(arguments[0]).value',
                          form.field(1)) == 'paid'
    assert form.call() == 'paid' and form.arguments() == ()


def test_the_members_are_told_in_a_folded_tree(browser):
    form = Form(browser, 'shapes.lines')
    assert 'List[' not in browser.text(form.at) and '<Status' not in browser.text(form.at)
    assert not at(browser, form.at + 'dl li')
    browser.click(form.at + 'dl:not(.told) div:first-child summary')
    assert [' '.join(text.split()) for text in at(browser, form.at + 'dl li')] == [
        'sku: string required', 'quantity: int = 1', "status: string = 'new' one of 'new', 'paid'",
        'shipped: dateTime or nil = None']


def test_a_docstring_keeps_its_lists_and_its_links(browser):
    form = Form(browser, 'shapes.lines')
    assert at(browser, form.at + '.head') == ['Args', 'Returns']
    assert at(browser, form.at + '.told dt') == ['lines (list)', 'note']
    assert browser.script('return document.querySelector(arguments[0]).href',
                          form.at + '.told a') == 'https://example.org/notes'
    about = '[aria-labelledby="=shapes"] > details > '
    assert at(browser, about + 'p') == [
        'Structs in arrays in structs.',
        'See https://example.org/shapes?a=b&c=d for more.', 'What the fields of a form are for.']
    assert browser.script('return document.querySelector(arguments[0]).href',
                          about + 'p a') == 'https://example.org/shapes?a=b&c=d'
