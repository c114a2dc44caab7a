"""The page in a real Chromium: found, filled in, called, read, and harmless."""

import ast
import os
import re
import shutil
import subprocess
import sys
import xmlrpc.client
from pathlib import Path
from urllib.parse import quote

import pytest

from tests import servers
from tests.conftest import need
from tests.page.browser import ELEMENT, Browser, missing
from tests.page.lib.hostile import SHOTS
from tests.real.test_auth import PASSWORD, htpasswd_line

LIB = Path(__file__).resolve().parent / 'lib'
USER = "e'v`a$x"
TRICKY = 'it\'s "q" \\ \\n $HOME ${x} `id` %s {} <&>]]> é 😀\n2nd line'

pytestmark = pytest.mark.server


def absent(why):
    if os.environ.get('CI') == 'true':
        pytest.fail('%s (with CI=true it must be there)' % why, pytrace=False)
    pytest.skip(why)


@pytest.fixture(scope='module')
def chromium():
    if missing():
        absent(missing())
    with Browser() as browser:
        yield browser


@pytest.fixture(scope='module')
def site():
    with servers.start('embedded', lib=LIB) as running:
        yield running.url + '/xmlrpc/'


@pytest.fixture
def browser(chromium, site):
    """The browser at the page; afterwards its console must have been silent."""
    chromium.protocol('Emulation.setDeviceMetricsOverride', width=1280, height=900,
                      deviceScaleFactor=1, mobile=False)
    chromium.open('about:blank')
    chromium.messages()
    chromium.open(site)
    yield chromium
    assert chromium.messages() == []


class Form:
    """The form of a method: opened, filled in, called."""

    def __init__(self, browser, method):
        self.browser, self.at = browser, '[id="%s"] ' % method
        browser.find(self.at + 'summary')
        browser.script('document.querySelector(arguments[0]).open || '
                       'document.querySelector(arguments[1]).click()', self.at + '.try',
                       self.at + 'summary')
        browser.find(self.at + 'form')

    def field(self, number):
        return self.at + '.field:nth-of-type(%d) .input > :first-child' % number

    def fill(self, *texts):
        for number, text in enumerate(texts, 1):
            if text is not None:
                self.browser.set(self.field(number), text)
        return self

    def call(self):
        """Press Call; return the text of the result or fault."""
        self.browser.script('document.querySelector(arguments[0]).replaceChildren()',
                            self.at + '.result')
        self.browser.click(self.at + '.go button')
        return self.browser.text(self.at + '.result > :first-child')

    def status(self):
        return self.browser.text(self.at + '.go [role=status]')

    def xml(self, which):
        """The XML 'sent' or 'received'."""
        return self.browser.script(
            'return [...document.querySelectorAll(arguments[0])].find(details =>'
            'details.innerText.includes(arguments[1])).querySelector("code").textContent',
            self.at + '.result > details', 'XML ' + which)

    def arguments(self):
        return xmlrpc.client.loads(self.xml('sent'), use_builtin_types=True)[0]

    def lines(self, language):
        number = ['curl', 'Python', 'PHP', 'JavaScript'].index(language) + 1
        self.browser.click(self.at + 'fieldset label:nth-of-type(%d)' % number)
        return self.browser.script('return document.querySelector(arguments[0]).textContent',
                                   self.at + '.lines pre')


def at(browser, selector):
    """The texts of the elements shown."""
    return [browser.script('return arguments[0].textContent', element)
            for element in browser.all(selector)]


# Search, call, see.

def test_a_method_is_found_filled_in_called_and_its_answer_seen(browser):
    browser.fill('input[type=search]', 'sum NUMBERS')
    assert at(browser, 'article h3 a') == ['values.add'] == [
        'values.' + name for name in at(browser, 'nav li li')]
    assert at(browser, '[role=search] [role=status]') == ['1 of 19']
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
    assert len(at(browser, 'article')) == len(at(browser, 'nav li li')) == 19


def test_optional_arguments_go_up_to_the_last_one_that_is_wanted(browser):
    form = Form(browser, 'values.add').fill('1')
    assert form.call() == '8' and form.arguments() == (1,)
    form.fill(None, None, '10')
    assert form.call() == '14' and form.arguments() == (1, 3, 10)
    browser.click(form.at + '.field:nth-of-type(2) [type=checkbox]')
    assert form.call() == '8' and form.arguments() == (1,)


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


def answer_of(language, text):
    """The result that the lines print when they are run."""
    command, given = {
        'curl': (['bash', '-c', text], ''), 'Python': ([sys.executable, '-c', text], ''),
        'PHP': (['php'], text), 'JavaScript': (['node', '--input-type=module'], text),
    }[language]
    program = 'curl' if language == 'curl' else command[0]
    if not shutil.which(program):
        (pytest.skip if language == 'JavaScript' else absent)('There is no %s here.' % program)
    done = subprocess.run(command, input=given.encode(), stdout=subprocess.PIPE, timeout=30,
                          env={**os.environ, 'PYTHONUTF8': '1', 'no_proxy': '*'}, check=True)
    said = done.stdout.decode('utf-8')
    return ast.literal_eval(said) if language == 'Python' else xmlrpc.client.loads(said)[0][0]


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


# The answer.

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
    assert form.call().endswith('\n199\t199\n\nand 800 more, all in the XML below')
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


@pytest.mark.parametrize('method, number, text, complaint', [
    ('values.add', 1, '', 'a whole number is needed'),
    ('values.add', 1, '1.5', 'a whole number is needed'),
    ('values.add', 1, '9223372036854775808', 'the number needs more than 64 bits'),
    ('values.join', 1, 'a\x0bb', 'XML cannot carry the character U+000B; base64 can'),
    ('shop.orders.create', 2, '{}', 'JSON is needed like [1, "two"]'),
    ('shop.orders.create', 2, '[1', 'JSON is needed, like [1, "two"]'),
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
    browser.click(form.at + '.lines button')
    browser.until(lambda: at(browser, form.at + '.lines button') == ['Copied'], 'the button')
    browser.fill('input[type=search]', 'x')
    browser.script('document.querySelector("input[type=search]").select()')
    browser.press('control+v')
    pasted = browser.script('return document.querySelector("input[type=search]").value')
    assert pasted.replace(' ', '') == lines.replace('\n', '').replace(' ', '')


# Nothing hostile runs.

def test_hostile_text_runs_nothing_wherever_it_is_shown(browser):
    browser.script('document.querySelectorAll("article summary").forEach(at => at.click())')
    for number in range(4):         # languages
        browser.script('document.querySelectorAll(`fieldset label:nth-of-type(${arguments[0]})`)'
                       '.forEach(label => label.click())', number + 1)
    form = Form(browser, 'hostile.answer')
    assert SHOTS.split(' ')[0] in form.call()
    form = Form(browser, 'hostile.shoot').fill(SHOTS.replace('\x0b', '').replace('\ud800', ''))
    assert form.call().startswith(SHOTS.split(' ')[0])
    assert browser.script('return window.hit ?? document.querySelectorAll("img, svg").length') == 0
    assert browser.script('return getComputedStyle(document.body).display') != 'none'


def test_the_policy_stops_a_script_that_got_in_all_the_same(browser, site):
    browser.script('const script = document.createElement("script"); script.textContent ='
                   '"window.hit = 8"; document.body.append(script);'
                   'document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=\'hit = 9\'>'
                   '<img src=\'http://127.0.0.1:1/\'>")')
    browser.until(lambda: browser.script('return document.images.length === 2'), 'the images')
    assert browser.script('return window.hit ?? null') is None
    assert sum('Content Security Policy' in line for line in browser.messages()) >= 2


def test_the_page_may_not_be_framed(chromium, site):
    with servers.start('embedded', lib=LIB) as other:
        chromium.open(other.url + '/nothing')
        chromium.messages()
        chromium.script('const frame = document.createElement("iframe"); frame.src = arguments[0];'
                        'document.body.append(frame)', site)
        chromium.until(lambda: any('frame-ancestors' in line for line in chromium.messages()),
                       'the report')


# Ways to work.

def test_a_call_is_made_with_the_keyboard_alone(browser):
    browser.press('/')
    assert browser.focused() == 'Search methods'
    browser.press('sum of its', 'enter')
    assert browser.focused() == 'Try it: values.add'
    browser.press('enter', 'tab')
    assert browser.focused().startswith('a')
    browser.press('40', 'tab')
    assert browser.focused() == 'Send b'
    browser.press('space', 'tab')
    assert browser.focused().startswith('b')
    browser.press('control+enter')
    assert browser.text('[id="values.add"] .value') == '47'
    assert browser.script('return !document.querySelector("[aria-label=\'Send c\']").checked')
    browser.press('tab', 'tab', 'tab')
    assert browser.focused() == 'Call'
    browser.press('tab', 'tab', 'tab')
    assert browser.focused() == 'curl'
    browser.press('right')
    assert browser.focused() == 'Python'
    assert 'print(server.values.add(40, 3))' in browser.text('.lines')


def test_every_control_has_a_name_and_every_field_a_label(browser):
    browser.script('document.querySelectorAll("article summary").forEach(at => at.click())')
    browser.find('[id="values.many"] form')
    tree = browser.protocol('Accessibility.getFullAXTree')['nodes']
    controls = [node for node in tree if not node['ignored'] and node['role']['value'] in (
        'button', 'textbox', 'searchbox', 'checkbox', 'radio', 'combobox', 'spinbutton', 'link',
        'DisclosureTriangle', 'DateTime')]
    assert len(controls) > 100
    assert not [node for node in controls if not node.get('name', {}).get('value')]


@pytest.mark.parametrize('width', [320, 360, 700, 960, 1280])
def test_nothing_is_wider_than_the_screen(browser, width):
    browser.protocol('Emulation.setDeviceMetricsOverride', width=width, height=780,
                     deviceScaleFactor=1, mobile=width < 700)
    browser.script('document.querySelectorAll("article summary").forEach(at => at.click())')
    browser.find('[id="values.many"] form')
    assert browser.script('return document.documentElement.scrollWidth') <= width


@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_text_stands_out_from_what_is_behind_it(browser, scheme):
    # WCAG 2.2, 1.4.3: a contrast of 4.5 to 1.
    browser.protocol('Emulation.setEmulatedMedia',
                     features=[{'name': 'prefers-color-scheme', 'value': scheme}])
    form = Form(browser, 'shop.orders.cancel').fill('1')
    form.call()
    poor = browser.script('''
        const light = color => color.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255).map(
            part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4
        ).reduce((sum, part, at) => sum + part * [.2126, .7152, .0722][at], 0);
        const behind = at => !at ? 'rgb(255, 255, 255)' :
            getComputedStyle(at).backgroundColor.includes(', 0)') ? behind(at.parentElement) :
            getComputedStyle(at).backgroundColor;
        const texts = [...document.querySelectorAll('body *')].filter(at => at.checkVisibility() &&
            [...at.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
        return texts.map(at => {
            const both = [light(getComputedStyle(at).color), light(behind(at))].sort();
            return [(Math.max(...both) + .05) / (Math.min(...both) + .05), at.outerHTML];
        }).filter(([ratio]) => ratio < 4.5).map(String);''')
    browser.protocol('Emulation.setEmulatedMedia', features=[])
    assert poor == []


def test_without_scripts_there_is_the_documentation_and_nothing_that_does_not_work(chromium, site):
    chromium.protocol('Emulation.setScriptExecutionDisabled', value=True)
    try:
        chromium.open(site)
        nodes = chromium.protocol('Accessibility.getFullAXTree')['nodes']
    finally:
        chromium.protocol('Emulation.setScriptExecutionDisabled', value=False)
    shown = {(node['role']['value'], node.get('name', {}).get('value'))
             for node in nodes if not node['ignored']}
    assert ('StaticText', 'Return the sum of its numbers.') in shown
    assert not {'button', 'searchbox', 'textbox', 'DisclosureTriangle'} & {
        role for role, _ in shown}


@pytest.mark.parametrize('path', ['/xmlrpc', '/RPC2', '/cgi-bin/rpc.cgi'])
def test_the_page_calls_at_each_address_of_an_apache(chromium, path, apache):
    chromium.open('about:blank')
    chromium.messages()
    chromium.open(apache.url + path)
    assert chromium.text('h1') == apache.url + path
    assert Form(chromium, 'values.add').fill('1').call() == '8'
    assert chromium.messages() == []


@pytest.fixture(scope='module')
def guarded(tmp_path_factory):
    """The address of a page behind Apache's password, with the user and password in it."""
    need('mod_cgid')
    folder = tmp_path_factory.mktemp('guarded')
    for place in (folder, *folder.parents[:2]):
        place.chmod(place.stat().st_mode | 0o755)
    (folder / 'htpasswd').write_text(htpasswd_line(USER, 'it%s'))
    (folder / 'htpasswd').chmod(0o644)
    with servers.start('mod_cgid', lib=LIB,
                       extra_conf=PASSWORD % (folder / 'htpasswd')) as running:
        yield '%s/xmlrpc/' % running.url.replace('//', '//%s:it%%25s@' % quote(USER))


def test_a_page_behind_a_password_calls_with_that_password(chromium, guarded):
    chromium.open(guarded)
    assert 'You are logged in as %s, who may call 19 methods' % USER in chromium.text('header')
    form = Form(chromium, 'values.add').fill('1')
    assert form.call() == '8'


@pytest.mark.parametrize('language', ['curl', 'Python', 'PHP', 'JavaScript'])
def test_the_lines_for_other_languages_name_the_user_and_leave_a_place_for_the_password(
        chromium, guarded, language):
    chromium.open(guarded)
    lines = Form(chromium, 'values.add').fill('1').lines(language)
    if language == 'curl':          # asks for it
        assert "-u 'e'\\''v`a$x' " in lines
        lines = lines.replace("$x' ", "$x:it%s' ")
    else:
        assert lines.count('PASSWORD') == 1
        lines = lines.replace('PASSWORD', 'it%s' if language == 'JavaScript' else 'it%25s')
    assert answer_of(language, lines) == 8


@pytest.fixture(scope='module')
def apache():
    need('mod_cgid')
    with servers.start('mod_cgid', lib=LIB) as running:
        yield running
