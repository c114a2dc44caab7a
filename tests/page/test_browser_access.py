"""The page in a real Chromium serves keyboards, screen readers, narrow screens and no scripts."""

import pytest

from tests.page.form import Form


def test_a_call_is_made_with_the_keyboard_alone(browser):
    browser.press('/')
    assert browser.focused() == 'Search methods'
    browser.press('sum of its numbers', 'enter')
    assert browser.focused().startswith('values.add')
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
    browser.press('tab')
    assert browser.focused() == 'Link to this call'
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
    assert not {'button', 'searchbox', 'textbox', 'combobox', 'checkbox'} & {
        role for role, _ in shown}
