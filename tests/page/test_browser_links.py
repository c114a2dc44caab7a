"""The page in a real Chromium: its overview, links to forms, and what survives a reload."""

import json
from urllib.parse import quote

import pytest

from tests.page.form import Form, at


def opened(browser):
    return browser.script('return [...document.querySelectorAll("article > details[open]")].map('
                          'details => details.parentElement.id)')


def settled(browser, text):
    """Wait until what was typed is kept."""
    browser.until(lambda: text in (browser.script('return history.state?.kept') or ''), text)


def value(browser, selector):
    return browser.script('return arguments[0].value', browser.find(selector))


# The overview.

def test_each_method_is_one_line_and_unfolds(browser):
    assert 'Return the sum of its numbers.' in at(browser, 'article .line')
    heights = browser.script('return [...document.querySelectorAll("article")].filter(article =>'
                             'article.checkVisibility()).map(article => article.offsetHeight)')
    assert len(heights) == 20 and max(heights) < 50
    assert not at(browser, 'article form') and opened(browser) == []
    browser.click('[id="values.add"] summary')
    assert opened(browser) == ['values.add']
    assert at(browser, 'article form')
    browser.click('[id="values.add"] summary')
    assert opened(browser) == [] and not at(browser, 'article form')


def test_namespaces_fold_and_system_is_the_last_and_folded(browser):
    names = at(browser, 'h2')
    assert names[-1] == 'system' and not at(browser, '[id^="system."]')
    browser.click('[aria-labelledby="=system"] > details > summary')
    assert len(at(browser, '[id^="system."]')) == 6
    browser.click('[aria-labelledby="=values"] > details > summary')
    assert not at(browser, '[id^="values."]')


def test_a_search_finds_what_is_folded_and_folds_it_again(browser):
    browser.fill('input[type=search]', 'several calls')
    assert at(browser, 'article h3') == ['system.multicall']
    browser.press('escape')
    assert not at(browser, '[id^="system."]') and len(at(browser, 'article')) == 20


def test_a_namespace_is_opened_by_its_link(browser):
    browser.click('nav a[href="#=system"]')
    browser.until(lambda: at(browser, '[id^="system."]'), 'the methods')


def test_the_description_is_downloaded_from_the_address_of_the_page(browser, site):
    href = browser.script('return document.querySelector("a[download]").href')
    assert href == site + '?openrpc'
    found = browser.script('return fetch(arguments[0]).then(answer => answer.json())', href)
    names = [method['name'] for method in found['methods']]
    assert 'shapes.lines' in names and found['components']['schemas']['Line']


# Links.

@pytest.mark.parametrize('name', ['shop.orders.create', 'system.multicall'])
def test_an_address_with_a_name_opens_that_form(browser, site, name):
    browser.open('about:blank')
    browser.open('%s#%s' % (site, name))
    browser.find('[id="%s"] form' % name)
    assert opened(browser) == [name]
    assert browser.script('return document.getElementById(arguments[0]).getBoundingClientRect().top'
                          ' < innerHeight', name)


def test_a_link_of_the_page_opens_a_form_and_opening_a_form_changes_the_address(browser, site):
    browser.click('nav a[href="#values.add"]')
    browser.find('[id="values.add"] form')
    browser.click('[id="values.kind"] summary')
    assert browser.script('return location.hash') == '#values.kind'
    assert opened(browser) == ['values.add', 'values.kind']


ARGUMENTS = {
    'values.add': [2, 5], 'shapes.lines': [[{'sku': 'tea & "cup" é', 'quantity': 3,
                                             'status': 'paid', 'shipped': None}], 'note'],
    'values.kind': [{'a': [1.5, True, None, {'$base64': 'AAH/'},
                           {'$dateTime': '2024-05-17T09:30:00'}]}],
    'values.join': ['a', 'b', 'c'], 'shapes.tree': [{'name': 'a', 'below': [{'name': 'b'}]}],
    'values.echo': ['3'], 'values.many': [],
}


@pytest.mark.parametrize('name', ARGUMENTS)
def test_a_link_carries_the_arguments_and_the_page_makes_that_link(browser, site, name):
    given = ARGUMENTS[name]
    browser.open('about:blank')
    browser.open('%s#%s=%s' % (site, name, quote(json.dumps(given))))
    form = Form(browser, name)
    assert not at(browser, form.at + '.result > *')         # nothing is called by a link
    form.call()
    sent = form.xml('sent')
    link = browser.script('return document.querySelector(arguments[0]).href', form.at + '.link')
    browser.open('about:blank')
    browser.open(link)
    form = Form(browser, name)
    form.call()
    assert form.xml('sent') == sent
    if name == 'values.kind':
        assert "datetime.datetime(2024, 5, 17, 9, 30)" in browser.text(form.at + '.value')
    else:
        assert list(form.arguments()) == given


@pytest.mark.parametrize('text', ['%', '[1', '3', quote('{"a": 1}'), '%5B%00%5D'])
def test_a_link_with_other_text_opens_the_form_and_says_so(browser, site, text):
    browser.open('about:blank')
    browser.open('%s#values.add=%s' % (site, text))
    assert Form(browser, 'values.add').status() == 'The arguments in the address cannot be read.'


@pytest.mark.parametrize('text', ['nothing', '', '=', '=nothing', '==methods', '%', '__proto__',
                                  'values.add=[[1],{},"x",4,5,6]', quote('"><img src=x>')])
def test_any_other_address_does_no_harm(browser, site, text):
    browser.open('about:blank')
    browser.open('%s#%s' % (site, text))
    assert Form(browser, 'values.kind').fill('3').call() == 'int 3'


def test_a_link_whose_arguments_do_not_fit_the_fields_shows_them_as_json(browser, site):
    browser.open('about:blank')
    browser.open('%s#shapes.lines=%s' % (site, quote('[{"no": "array"}]')))
    form = Form(browser, 'shapes.lines')
    assert value(browser, form.field(1)) == '{"no": "array"}'


# A reload.

def test_what_was_typed_survives_a_reload(browser):
    form = Form(browser, 'shapes.lines')
    sku = form.part(1, '.row .field .input > :first-child')
    browser.fill(sku, 'tea, half typ')
    browser.click('[aria-label="Add Line to lines"]')
    browser.fill(form.part(2, 'textarea'), 'a note')
    other = Form(browser, 'values.kind').fill('[1, 2')
    number = Form(browser, 'values.add').fill('4')
    json_view = Form(browser, 'shapes.tree').fill('{"name": ')
    settled(browser, '{\\"name\\": ')
    browser.do('refresh')
    browser.find(form.at + 'form')
    assert opened(browser) == ['shapes.lines', 'shapes.tree', 'values.add', 'values.kind']
    assert value(browser, sku) == 'tea, half typ'
    assert len(at(browser, form.part(1, '.row'))) == 2
    assert value(browser, form.part(2, 'textarea')) == 'a note'
    assert value(browser, other.field(1)) == '[1, 2'
    assert value(browser, json_view.field(1)) == '{"name": '
    assert number.call() == '11' and number.arguments() == (4,)


def test_a_reload_right_after_typing_loses_nothing(browser):
    form = Form(browser, 'values.add').fill('39')
    browser.script('location.reload()')
    browser.until(lambda: browser.script('return performance.getEntriesByType("navigation")[0].type'
                                         ' === "reload" && document.readyState === "complete"'),
                  'the reload')
    browser.find(form.at + 'form')
    assert value(browser, form.field(1)) == '39'


def test_a_reload_keeps_changes_to_what_a_link_brought(browser, site):
    browser.open('about:blank')
    browser.open(site + '#values.add=[1,2]')
    form = Form(browser, 'values.add').fill('40')
    settled(browser, '40')
    browser.do('refresh')
    browser.find(form.at + 'form')
    assert form.call() == '46' and form.arguments() == (40, 2)


def test_another_tab_knows_nothing_of_what_was_typed(browser, site):
    form = Form(browser, 'values.kind').fill('secret')
    settled(browser, 'secret')
    browser.open('about:blank')
    browser.open(site)
    assert opened(browser) == []
    assert not browser.script('return Object.keys(localStorage).length +'
                              'Object.keys(sessionStorage).length + document.cookie.length')
    assert value(browser, Form(browser, 'values.kind').field(1)) == '' and form
