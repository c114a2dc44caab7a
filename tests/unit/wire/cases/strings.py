"""Strings, and bare text in <value>."""

from .case import message

CANONICAL = (
    ('string-as-written', '<string>a &lt; b &gt; c &amp; "d" \'e\'&#13;\n\tZürich €😀</string>',
     'a < b > c & "d" \'e\'\r\n\tZürich €😀'),
    ('string-astral', '<string>😀\U0010fffd</string>', '😀\U0010fffd'),
    ('string-empty', '<string></string>', ''),
    ('string-escaped-ampersand-of-entity', '<string>&amp;lt;&amp;#65;&amp;amp;</string>',
     '&lt;&#65;&amp;'),
    ('string-one-space', '<string> </string>', ' '),
    ('string-quotes', '<string>"it\'s"</string>', '"it\'s"'),
    ('string-rare-characters', '<string>\x85\u2028\ufeff\ufffd\x7f\xa0\u0300</string>',
     '\x85\u2028\ufeff\ufffd\x7f\xa0\u0300'),
    ('string-right-square-brackets', '<string>]] ] &gt;</string>', ']] ] >'),
    ('string-white-space-kept', '<string>\n\t a  b \n</string>', '\n\t a  b \n'),
)

VALID = (
    ('bare-beyond-ascii', 'München, Łódź', 'München, Łódź'),
    ('bare-cdata', '<![CDATA[<int>1</int>]]>', '<int>1</int>'),
    ('bare-comment-between', 'a<!-- -->b', 'ab'),
    ('bare-comment-only', '<!-- nothing -->', ''),
    ('bare-empty', '', ''),
    ('bare-entities', 'a &lt; b &amp; c', 'a < b & c'),
    ('bare-in-array',
     '<array><data><value>a</value><value/><value> </value><value><int>1</int></value></data>'
     '</array>', ['a', '', ' ', 1]),
    ('bare-in-struct',
     '<struct><member><name>a</name><value>x</value></member><member><name>b</name><value/>'
     '</member></struct>', {'a': 'x', 'b': ''}),
    ('bare-number-is-text', '41', '41'),
    ('bare-one-space', ' ', ' '),
    ('bare-text', 'hello world', 'hello world'),
    ('bare-white-space', '\n  \n', '\n  \n'),
    # XML 1.0 section 2.11: line ends become a line feed.
    ('string-carriage-returns', '<string>a\r\nb\rc\n</string>', 'a\nb\nc\n'),
    ('string-cdata-end-split', '<string><![CDATA[]]]]><![CDATA[>]]></string>', ']]>'),
    ('string-cdata-pieces', '<string>a<![CDATA[<]]>b<![CDATA[]]><![CDATA[>]]>c</string>', 'a<b>c'),
    ('string-cdata', '<string><![CDATA[<b>&amp;</b>]]></string>', '<b>&amp;</b>'),
    ('string-character-references', '<string>&#65;&#x42;&#x1F600;&#228;</string>', 'AB😀ä'),
    ('string-five-entities', '<string>&lt;&gt;&amp;&quot;&apos;</string>', '<>&"\''),
    ('string-greater-than-unescaped', '<string>a > b</string>', 'a > b'),
    ('string-looks-like-markup', '<string>&lt;value>&lt;/value></string>', '<value></value>'),
    ('string-referenced-carriage-return', '<string>a&#13;b&#xD;&#10;c</string>', 'a\rb\r\nc'),
    ('string-referenced-white-space', '<string>&#32;&#9;&#10;</string>', ' \t\n'),
    ('string-self-closed-with-space', '<string />', ''),
    ('string-self-closed', '<string/>', ''),
    ('string-with-comments', '<string>a<!-- < & -->b<!----></string>', 'ab'),
    ('string-with-processing-instruction', '<string>a<?php echo 1 ?>b</string>', 'ab'),
)

VALID_MESSAGES = (
    ('bare-self-closed', message(params='<param><value/></param>\n'), ['']),
)

INVALID = (
    ('element-in-string-alone', '<string><b/></string>', -32600, '<b> where no element may stand'),
    ('element-in-string', '<string>a<b>c</b></string>', -32600, "text 'a' before <b>"),
)
