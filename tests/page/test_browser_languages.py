"""The lines for PHP and JavaScript decode the result, whatever it is, and tell a fault."""

import pytest

from tests.page.form import Form
from tests.page.languages import answer_of, run

EVERY = ('{"int": -3, "big": 1099511627776, "double": 2.5, "yes": true, "no": false, "nil": null, '
         '"text": "a <b> & \\"c\\" \\u00e9 \\ud83d\\ude00\\r\\n]]>", "empty": "", "list": [], '
         '"struct": {}, '
         '"nested": [[1, [2]], {"a": [{"b": ""}]}], "when": {"$dateTime": "2024-05-17T09:30:01"}, '
         '"bytes": {"$base64": "AAEC"}, "member name &<": 1}')
TEXT = 'a <b> & "c" é 😀\r\n]]>'
DECODED = {'int': -3, 'big': 1099511627776, 'double': 2.5, 'yes': True, 'no': False, 'nil': None,
           'text': TEXT, 'empty': '', 'list': [], 'struct': {},
           'nested': [[1, [2]], {'a': [{'b': ''}]}],
           'member name &<': 1}


@pytest.mark.parametrize('language, others', [
    ('PHP', {'when': '20240517T09:30:01', 'bytes': '\0\1\2', 'struct': []}),
    ('JavaScript', {'when': '2024-05-17T09:30:01', 'bytes': {'bytes': [0, 1, 2]}}),
])
def test_every_type_is_decoded(browser, language, others):
    lines = Form(browser, 'values.echo').fill(EVERY).lines(language)
    assert answer_of(language, lines) == {**DECODED, **others}


@pytest.mark.parametrize('text, value', [
    ('"one"', 'one'), ('""', ''), ('[]', []), ('null', None), ('7', 7), ('[[], [[]]]', [[], [[]]])])
@pytest.mark.parametrize('language', ['PHP', 'JavaScript'])
def test_a_plain_result_is_decoded(browser, language, text, value):
    assert answer_of(language, Form(browser, 'values.echo').fill(text).lines(language)) == value


@pytest.mark.parametrize('language', ['PHP', 'JavaScript'])
def test_a_fault_is_told(browser, language):
    lines = Form(browser, 'shop.orders.create').fill(
        'Eva', '[{"sku": "moon", "quantity": 1}]').lines(language)
    assert 'Fault 17: there is no moon <for sale>' in run(language, lines).stdout
