"""The tables of cases themselves, and writing: what is in the writer's own form is written so."""

import os

import pytest
from xmlrpcgi.encode import encode_response

from tests.unit.wire.cases import Case, case, cases, every

WRITTEN = [one for one in every() if one.written]


def test_no_case_is_lost_and_each_has_a_name_of_its_own():
    assert len(every()) >= 592
    for which in 'valid', 'invalid':
        names = [one.name for one in cases(which)]
        assert len(names) == len(set(names)) > 200
    assert len(cases('valid')) + len(cases('invalid')) == len(every())


def test_each_file_belongs_to_a_case():
    names = {one.name for one in every()}
    assert {os.path.splitext(name)[0] for name in os.listdir(case.FILES)} <= names


def test_padding_keeps_a_message_what_it_was():
    assert Case('a', b'x</methodCall>', 'utf-8').padded(2) == b'x' + b' ' * 10 + b'</methodCall>'
    assert Case('a', b'x').padded(2) == b'x  '


@pytest.mark.parametrize('one', WRITTEN, ids=str)
def test_a_value_in_the_writers_own_form_is_written_back_exactly(one):
    value, = one.params
    body = encode_response(value, extended=one.extended).decode()
    head, tail = '<params>\n<param>\n<value>', '</value>\n</param>\n</params>\n</methodResponse>\n'
    assert body.endswith(head + one.written + tail)


def test_every_type_has_a_value_in_the_writers_own_form():
    assert len(WRITTEN) >= 45
    assert {type(one.params[0]).__name__ for one in WRITTEN} == {
        'int', 'float', 'str', 'bool', 'bytes', 'datetime', 'list', 'dict', 'NoneType'}
