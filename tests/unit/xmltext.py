"""XML text of values, as the writer must write it, and what it wrote."""

import xml.etree.ElementTree

import pytest
from xmlrpcgi.encode import encode_response
from xmlrpcgi.errors import APPLICATION, EncodeFault


def text(value):
    return '<string>%s</string>' % value


def items(*values):
    return '<array><data>\n%s</data></array>' % ''.join(
        '<value>%s</value>\n' % value for value in values)


def members(**values):
    return '<struct>\n%s</struct>' % ''.join(
        '<member>\n<name>%s</name>\n<value>%s</value>\n</member>\n' % row
        for row in values.items())


def written(value, **options):
    """The text between <value> and </value> of a response with `value`."""
    body = encode_response(value, **options).decode('utf-8')
    xml.etree.ElementTree.fromstring(body.encode())
    head, tail = '<param>\n<value>', '</value>\n</param>\n</params>\n</methodResponse>\n'
    assert body.count(head) == 1 and body.endswith(tail)
    return body.partition(head)[2][:-len(tail)]


def refusal(value, **options):
    with pytest.raises(EncodeFault) as caught:
        encode_response(value, **options)
    assert caught.value.faultCode == APPLICATION == -32500
    return caught.value.faultString
