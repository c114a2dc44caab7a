"""What is not well-formed XML."""

from .case import HEAD, message

NOT_XML = -32700, 'not well-formed'
SAMPLE = message('<string>hello world</string>')       # cut off at several places below

INVALID = (
    ('not-xml-bare-ampersand', 'a & b', *NOT_XML),
    ('not-xml-bare-less-than', 'a < b', *NOT_XML),
    ('not-xml-cdata-end-in-text', 'a]]>b', *NOT_XML),
    ('not-xml-cdata-open', '<![CDATA[a', *NOT_XML),
    ('not-xml-control-character', 'a\x0bb', *NOT_XML),
    ('not-xml-escape-character', '\x1b[0m', *NOT_XML),
    ('not-xml-noncharacter', '\ufffe', *NOT_XML),
    ('not-xml-nul', 'a\x00b', *NOT_XML),
    ('not-xml-reference-beyond-unicode', '&#x110000;', *NOT_XML),
    ('not-xml-reference-to-control', '&#x0B;', *NOT_XML),
    ('not-xml-reference-to-noncharacter', '&#xFFFE;', *NOT_XML),
    ('not-xml-reference-to-nul', '&#0;', *NOT_XML),
    ('not-xml-reference-to-surrogate', '&#xD800;', *NOT_XML),
    ('not-xml-unknown-entity', '&nbsp;', *NOT_XML),
)

INVALID_MESSAGES = (
    ('not-xml-attribute-unquoted', message(params='<param><value a=1>x</value></param>\n'),
     *NOT_XML),
    ('not-xml-case-of-tags', '<methodCall><methodName>echo</methodname></methodCall>', *NOT_XML),
    ('not-xml-comment-open', message() + b'<!-- ', *NOT_XML),
    ('not-xml-declaration-attribute',
     message(head='<?xml version="1.0" encoding="utf-8" encoding="koi8-r"?>'), *NOT_XML),
    ('not-xml-declaration-only', HEAD.rstrip(), *NOT_XML),
    ('not-xml-declaration-twice', message(head=HEAD * 2), *NOT_XML),
    ('not-xml-declaration-unclosed', '<?xml version="1.0" ', *NOT_XML),
    ('not-xml-double-dash', message() + b'<!-- a--b -->', *NOT_XML),
    ('not-xml-duplicate-attribute',
     message(params='<param><value a="1" a="2">x</value></param>\n'), *NOT_XML),
    ('not-xml-empty', '', *NOT_XML),
    ('not-xml-form', 'a=1&b=2', *NOT_XML),
    ('not-xml-json', '{"jsonrpc": "2.0", "method": "echo"}', *NOT_XML),
    ('not-xml-mismatched', '<methodCall><methodName>echo</params></methodCall>', *NOT_XML),
    ('not-xml-nul-at-end', message() + b'\x00', *NOT_XML),
    ('not-xml-nul-at-start', b'\0' + message(), *NOT_XML),
    ('not-xml-only-nuls', '\x00' * 64, *NOT_XML),
    ('not-xml-processing-instruction-xml', message() + b'<?xml?>', *NOT_XML),
    ('not-xml-second-root', message() + b'<a/>', *NOT_XML),
    ('not-xml-text-after', message() + b'x', *NOT_XML),
    ('not-xml-text', 'hello', *NOT_XML),
    ('not-xml-two-calls', message(head='') * 2, *NOT_XML),
    ('not-xml-unclosed', '<methodCall><methodName>echo</methodName>', *NOT_XML),
    ('not-xml-white-space', ' \n\n', *NOT_XML),
    ('truncated-001', SAMPLE[:1], *NOT_XML),
    ('truncated-007', SAMPLE[:7], *NOT_XML),
    ('truncated-020', SAMPLE[:20], *NOT_XML),
    ('truncated-045', SAMPLE[:45], *NOT_XML),
    ('truncated-070', SAMPLE[:70], *NOT_XML),
    ('truncated-110', SAMPLE[:110], *NOT_XML),
    ('truncated-last-byte', SAMPLE[:SAMPLE.rindex(b'>')], *NOT_XML),
)
