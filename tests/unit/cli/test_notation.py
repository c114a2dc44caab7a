"""Values in a shell: what an argument means, and how a result is shown."""

import datetime
import json
from decimal import Decimal

import pytest
from xmlrpcgi.cli import notation
from xmlrpcgi.methods.jsontext import as_json

DATE = datetime.datetime(2020, 1, 2, 3, 4, 5)


@pytest.mark.parametrize('word, value', [
    ('2', 2), ('-5', -5), ('2.5', 2.5), ('1e3', 1000.0), ('true', True), ('null', None),
    ('"x"', 'x'), ('[1,2]', [1, 2]), ('{"a": 1}', {'a': 1}), ('[]', []), ('{}', {}),
    ('hello', 'hello'), ('', ''), ('Grüße €', 'Grüße €'), ('two words', 'two words'),
    ('True', 'True'), ('None', 'None'), ('007', '007'), ('0x10', '0x10'), ('NaN', 'NaN'),
    ('Infinity', 'Infinity'), ('2020-01-02', '2020-01-02'), ('me@example.org', 'me@example.org'),
    ('updated:now', 'updated:now'), ('"2"', '2'), ('"=2"', '=2'), ('"@x"', '@x'),
    ('=2', '2'), ('=', ''), ('==', '='), ('=@x', '@x'), ('=date:x', 'date:x'), ('={"a"', '{"a"'),
    ('date:20200102T03:04:05', DATE), ('date:2020-01-02T03:04:05', DATE),
    ('date:2020-01-02', datetime.datetime(2020, 1, 2)), ('date:20200102',
                                                         datetime.datetime(2020, 1, 2)),
    (str((1 << 63) - 1), (1 << 63) - 1), (str(-1 << 63), -1 << 63),
    ('date:20200102T03:04:05Z', DATE.replace(tzinfo=datetime.timezone.utc)),
    ('base64:AAEC', b'\0\1\2'), ('base64:', b''),
    ('[date:20200102T03:04:05, 1]', [DATE, 1]),
    ('{"a": {"b": base64:AAEC}, "date:x": "base64:y"}', {'a': {'b': b'\0\1\2'},
                                                        'date:x': 'base64:y'}),
    ('["a \\" date:x", base64:/+8=]', ['a " date:x', b'\xff\xef']),
])
def test_an_argument_is_json_or_our_notation_or_a_string(word, value):
    found = notation.value_of(word, warn=pytest.fail)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize('word', ['{a:1}', '[1,', '"open', '[me@example.org]', '[NaN]'])
def test_what_looks_like_json_and_is_none_goes_as_a_string_with_a_warning(word):
    warnings = []
    assert notation.value_of(word, warnings.append) == word
    assert len(warnings) == 1
    assert warnings[0].startswith('%s looks like JSON but is not (' % word)
    assert warnings[0].endswith("it is sent as a string. Quote JSON for the shell with '...'.")


@pytest.mark.parametrize('word, sentence', [
    ('date:x', "date:x is not a date ('x' is not in the form 0000-00-00). For a string that "
               'begins so, write =date:x.'),
    (str(1 << 63), '9223372036854775808 is too big an int: it does not fit into 64 bits. For a '
                   'string of digits, write =9223372036854775808, or "9223372036854775808" within '
                   'an array or struct.'),
    ('[%s]' % ('9' * 5000), '%s... is too big an int' % ('9' * 60)),
    ('base64:a', 'base64:a is not base64 ('),
    ('[base64:a]', 'base64:a is not base64 ('),
    ('@nosuch', '@nosuch cannot be read (No such file or directory): @ stands before the name '
                'of a file. For a string that begins so, write =@nosuch.'),
    ('[' * 100000 + ']' * 100000, '%s... is nested too deeply.' % ('[' * 60)),
    ('\udcff', "The argument '\\udcff' is not UTF-8; @file sends the bytes of a file."),
])
def test_what_cannot_be_understood_is_a_sentence(word, sentence):
    with pytest.raises(notation.NotationError) as error:
        notation.value_of(word)
    assert str(error.value).startswith(sentence)


def test_a_file_gives_its_bytes_also_inside_a_struct(tmp_path):
    (tmp_path / 'data').write_bytes(b'\xff\0')
    assert notation.value_of('@%s' % (tmp_path / 'data')) == b'\xff\0'
    assert notation.value_of('{"name": "x", "bits": @%s}' % (tmp_path / 'data')) == {
        'name': 'x', 'bits': b'\xff\0'}


def test_an_argument_in_utf8_is_read_in_any_locale():
    assert notation.value_of('Gr\udcc3\udcbc\udcc3\udc9fe') == 'Grüße'


@pytest.mark.parametrize('value, text', [
    ('Grüße\nzwei', 'Grüße\nzwei'), ('2', '2'), (2, '2'), (2.0, '2.0'), (True, 'true'),
    (None, 'null'), ([], '[]'), ({}, '{}'), (['a', 1, 'ü"'], '["a", 1, "ü\\""]'),
    (b'\0\1\2', 'base64:AAEC'), (DATE, 'date:2020-01-02T03:04:05'),
    ([DATE, b''], '[date:2020-01-02T03:04:05, base64:]'), (Decimal('1.50'), '1.50'),
    ({'a': [1, 2], 'b': {}}, '{\n  "a": [1, 2],\n  "b": {}\n}'),
    ([{'a': {'b': ['c']}}], '[\n  {\n    "a": {\n      "b": ["c"]\n    }\n  }\n]'),
    (['x' * 50, 'y' * 50], '[\n  "%s",\n  "%s"\n]' % ('x' * 50, 'y' * 50)),
])
def test_a_result_is_shown_readably(value, text):
    assert notation.shown(value) == text


@pytest.mark.parametrize('value', [
    [1, 2.5, None, True, 'ü', 'date:x', '=x', '@x'], {'a': {'when': DATE, 'bits': b'\xff'}},
    DATE.replace(microsecond=500000, tzinfo=datetime.timezone.utc), b'\0' * 100,
])
def test_what_was_shown_can_be_given_as_an_argument(value):
    assert notation.value_of(notation.shown(value)) == value


def test_strict_json_has_strings_for_what_json_has_not():
    value = {'a': DATE, 'b': b'\0\1\2', 'c': Decimal('1.50'), 'd': 'ü'}
    assert json.loads(as_json(value)) == {
        'a': '2020-01-02T03:04:05', 'b': 'AAEC', 'c': '1.50', 'd': 'ü'}
