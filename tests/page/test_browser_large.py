"""The page in a real Chromium shows answers of any size, a part at a time."""

import re

import pytest

from tests.page.form import Form, at


def shown(browser, form):
    """How many elements the result has."""
    return browser.script('return document.querySelectorAll(arguments[0]).length',
                          form.at + '.value *')


@pytest.mark.parametrize('arguments, beginning, more', [
    ((130000,), 'member 0\t0\n', 'and 129800 more Show more'),
    ((100000,), 'member 0\t0\n', 'and 99800 more Show more'),
    ((0, 300, 300), '0\t\n0\t0\n', 'and 29[0-9] more Show more'),
    ((0, 100000, 1), '0\t\n0\t0\n', 'and 99800 more Show more'),
    ((0, 0, 0, 3000000), 'xxx', 'Show all 3000000 characters'),
])
def test_of_a_large_answer_a_part_is_shown_and_more_when_it_is_wanted(
        browser, arguments, beginning, more):
    form = Form(browser, 'shapes.large').fill(*map(str, arguments))
    text = form.call()
    assert text.startswith(beginning) and re.search(more + '$', text)
    assert form.status().startswith('Result after ')
    before = shown(browser, form)
    assert before < 8000
    browser.script('[...document.querySelectorAll(arguments[0])].pop().click()',
                   form.at + '.value button')
    if arguments[-1] == 3000000:
        assert len(browser.text(form.at + '.value')) == 3000000
    else:
        assert before < shown(browser, form) < 2 * before + 100
        rest = browser.text(form.at + '.value > .table > p')
        assert int(rest.split()[1]) < int(re.findall(r'and (\d+) more', text)[-1])


def test_one_budget_holds_for_the_whole_answer(browser):
    form = Form(browser, 'shapes.large').fill('0', '150', '150')
    form.call()
    assert shown(browser, form) < 8000
    rows = len(at(browser, form.at + '.value > .table > table > tbody > tr'))
    assert 5 < rows < 10
    assert at(browser, form.at + '.value > .table > p') == ['and %d more Show more' % (150 - rows)]
    browser.click(form.at + '.value > .table > p > button')
    assert len(at(browser, form.at + '.value > .table > table > tbody > tr')) > rows


def test_nested_arrays_are_opened_as_far_as_they_can_be_read(browser):
    form = Form(browser, 'shapes.deep').fill('40')
    text = form.call()
    assert 'array of 1: show' in text and 'the ground' not in text
    while 'the ground' not in browser.text(form.at + '.value'):
        browser.click(form.at + '.value td > button')
    assert len(at(browser, form.at + '.value table')) == 40


def test_what_cannot_be_shown_was_still_answered(browser):
    form = Form(browser, 'values.many')
    browser.script('Document.prototype.real = Document.prototype.createElement;'
                   'Document.prototype.createElement = function (tag) {'
                   'if (tag === "tbody") throw Error("no room"); return this.real(tag); }')
    assert form.call() == 'This answer cannot be shown: no room'
    assert form.status().startswith('Result after ') and '<int>999</int>' in form.xml('received')


def test_a_text_that_is_no_whole_answer_is_shown_as_it_came(browser):
    form = Form(browser, 'values.many')
    for text in ('<methodResponse><params><param><value><int>1</int></value>', 'so <b>sorry</b>',
                 '<methodResponse></methodResponse>'):
        browser.script('const text = arguments[0];'
                       'window.fetch = async () => new Response(text)', text)
        assert form.call() == text and form.status().startswith('HTTP 200 after ')


def test_large_base64_is_measured_and_saved_when_it_is_wanted(browser):
    form = Form(browser, 'values.echo').fill('{"$base64": "%s"}' % ('AAH/' * 100000))
    assert form.call().startswith('300000 bytes (save)\n00 01 ff')
    size = browser.script('const link = document.querySelector(arguments[0]); link.click();'
                          'return fetch(link.href).catch(() => null) && link.href',
                          form.at + '.value a')
    assert size.startswith('blob:')
    browser.messages()              # the policy lets no script read a blob
