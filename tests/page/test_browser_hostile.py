"""The page in a real Chromium runs nothing hostile, whatever text it shows."""

import json
from urllib.parse import quote
from xmlrpc.client import Binary, Fault, dumps

from tests.page.conftest import LIB
from tests.page.form import Form
from tests.page.lib.hostile import SHOTS
from tests.tools import servers


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


def test_a_hostile_answer_or_link_runs_nothing(browser, site):
    shots = SHOTS.replace('\x0b', '').replace('\ud800', '')
    form = Form(browser, 'hostile.answer')
    for value in (shots, [{shots: shots}] * 2, {shots: [shots, {shots: None}]}, [[shots]],
                  Fault(1, shots + ' (ref abcd)'), Binary(shots.encode())):
        body = dumps(value if isinstance(value, Fault) else (value,), methodresponse=True,
                     allow_none=True)
        browser.script('const text = arguments[0];'
                       'window.fetch = async () => new Response(text)', body)
        assert shots.split(' ')[0] in form.call()
    browser.open('about:blank')
    browser.open('%s#hostile.shoot=%s' % (site, quote(json.dumps([shots, {shots: shots}]))))
    form = Form(browser, 'hostile.shoot')
    assert shots.split(' ')[0] in form.call()
    assert browser.script('return window.hit ?? document.querySelectorAll("img, svg").length') == 0


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
