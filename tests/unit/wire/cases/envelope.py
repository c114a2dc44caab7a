"""The message around the values: root, method name, parameters, comments and white space."""

from .case import message

VALID_MESSAGES = (
    ('attributes-are-ignored',
     '<?xml version="1.0"?>\n<methodCall xmlns="http://example.org/" version=\'1\'>\n'
     '<methodName>echo</methodName>\n<params>\n<param n="1">'
     '<value type="int" xml:space="preserve"><int a="b">1</int></value></param>\n</params>\n'
     '</methodCall>\n', [1]),
    ('carriage-return-line-ends',
     '<?xml version="1.0"?>\r\n<methodCall>\r\n<methodName>echo</methodName>\r\n<params>\r\n'
     '<param>\r\n<value>\r\n<array>\r\n<data>\r\n<value>a\r\nb</value>\r\n</data>\r\n'
     '</array>\r\n</value>\r\n</param>\r\n</params>\r\n</methodCall>\r\n', [['a\nb']]),
    ('comments-everywhere',
     '<?xml version="1.0"?><!-- encoding="koi8-r" --><methodCall><!-- -->'
     '<methodName>echo</methodName><!-- --><params><!-- --><param><!-- --><value><!-- -->'
     '<int>1</int><!-- --></value><!-- --></param><!-- --></params><!-- --></methodCall>'
     '<!-- end -->\n', [1]),
    ('declaration-single-quotes', message(head="<?xml  version = '1.0'\n encoding = 'utf-8'?>"),
     []),
    ('declaration-spread-out',
     message('ä', head='<?xml version="1.0"' + ' ' * 300 + 'encoding="utf-8"?>'), ['ä']),
    ('declaration-standalone',
     message(head='<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>'), []),
    ('method-name-beyond-ascii', message(method='grüße'), [], {'method': 'grüße'}),
    ('method-name-cdata', message(method='<![CDATA[echo]]>'), []),
    ('method-name-characters', message(method='aZ_09.:/'), [], {'method': 'aZ_09.:/'}),
    ('method-name-comment', message(method='ec<!-- -->ho'), []),
    ('method-name-entity', message(method='a&amp;b'), [], {'method': 'a&b'}),
    ('method-name-inner-space', message(method='a  b'), [], {'method': 'a  b'}),
    ('method-name-white-space', message(method='\n   shop.orders.add\t'), [],
     {'method': 'shop.orders.add'}),
    ('no-declaration', message('<int>1</int>', head=''), [1]),
    ('one-line',
     '<methodCall><methodName>echo</methodName><params><param><value><int>1</int></value>'
     '</param></params></methodCall>', [1]),
    ('params-empty',
     '<?xml version="1.0"?>\n<methodCall><methodName>echo</methodName><params>\n</params>'
     '</methodCall>\n', []),
    ('params-missing',
     '<?xml version="1.0"?>\n<methodCall><methodName>echo</methodName></methodCall>\n', []),
    ('params-self-closed',
     '<?xml version="1.0"?>\n<methodCall><methodName>echo</methodName><params/></methodCall>\n',
     []),
    ('params-three',
     message(params='<param><value><int>1</int></value></param><param><value>b</value>'
     '</param>\n<param><value/></param>'), [1, 'b', '']),
    ('processing-instructions',
     '<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><methodCall><?a?>'
     '<methodName>echo</methodName><params><param><value><?b c?><int>1</int></value></param>'
     '</params></methodCall><?d?>', [1]),
    ('method-name-after-params',
     '<methodCall><params><param><value>1</value></param></params>'
     '<methodName>echo</methodName></methodCall>', ['1']),
    ('utf-32-without-bom-be', message('Zürich', head='').decode().encode('utf-32-be'), ['Zürich']),
    ('utf-32-without-bom-le', message('Zürich', head='').decode().encode('utf-32-le'), ['Zürich']),
    ('white-space-before-declaration', b'\r\n\r\n ' + message(), []),
    ('white-space-before-root', message(head='\n \t\r\n'), []),
    ('white-space-everywhere',
     '\n\n<methodCall >\n\t<methodName >echo</methodName\n>\n  <params >\n\n    <param >\n'
     '      <value >\n        <array >\n          <data >\n            <value >\n'
     '              <int >1</int >\n            </value >\n            <value>\n'
     '              <struct>\n                <member>\n                  <name>a</name>\n'
     '                  <value>\n                    <string> x </string>\n'
     '                  </value>\n                </member>\n              </struct>\n'
     '            </value>\n          </data >\n        </array >\n      </value >\n'
     '    </param >\n\n  </params >\n</methodCall >\n\n', [[1, {'a': ' x '}]]),
)

INVALID_MESSAGES = (
    ('call-in-call', '<methodCall><methodCall/></methodCall>', -32600,
     '<methodCall> where <methodName>'),
    ('call-text-at-end', '<methodCall><methodName>a</methodName> x </methodCall>', -32600,
     "text 'x' in <methodCall>"),
    ('call-text', '<methodCall>x<methodName>a</methodName></methodCall>', -32600,
     "text 'x' before <methodName>"),
    ('call-unknown-element', '<methodCall><methodName>a</methodName><extra/></methodCall>',
     -32600, '<extra> where <params>'),
    ('fault-in-call', '<methodCall><methodName>a</methodName><fault/></methodCall>', -32600,
     '<fault> where <params>'),
    ('method-name-twice-around-params', '<methodCall><methodName>a</methodName><params/>'
     '<methodName>a</methodName></methodCall>', -32600, '<methodName> where no element may stand'),
    ('method-name-empty', '<methodCall><methodName/></methodCall>', -32600, 'no methodName'),
    ('method-name-missing-with-params', '<methodCall><params/></methodCall>', -32600,
     'a methodCall without methodName'),
    ('method-name-missing', '<methodCall/>', -32600, 'a methodCall without methodName'),
    ('method-name-text-and-element', '<methodCall><methodName>a<b/></methodName></methodCall>',
     -32600, "text 'a' before <b>"),
    ('method-name-twice',
     '<methodCall><methodName>a</methodName><methodName>b</methodName></methodCall>', -32600,
     '<methodName> where <params> may stand'),
    ('method-name-white-space', '<methodCall><methodName> \n</methodName></methodCall>', -32600,
     'no methodName'),
    ('method-name-with-element',
     '<methodCall><methodName><string>a</string></methodName></methodCall>', -32600,
     '<string> where no element may stand'),
    ('param-empty', message(params='<param/>'), -32600, 'a <param> without value'),
    ('param-outside-params',
     '<methodCall><methodName>a</methodName><param><value/></param></methodCall>', -32600,
     '<param> where <params> may stand'),
    ('param-text', message(params='<param>x</param>'), -32600, "text 'x' in <param>"),
    ('param-two-values', message(params='<param><value/><value/></param>'), -32600,
     '<value> where no element may stand'),
    ('param-without-value-element', message(params='<param><int>1</int></param>'), -32600,
     '<int> where <value> may stand'),
    ('params-text', '<methodCall><methodName>a</methodName><params>x</params></methodCall>',
     -32600, "text 'x' in <params>"),
    ('params-twice', '<methodCall><methodName>a</methodName><params/><params/></methodCall>',
     -32600, '<params> where no element may stand'),
    ('params-with-value',
     '<methodCall><methodName>a</methodName><params><value/></params></methodCall>', -32600,
     '<value> where <param> may stand'),
    ('response-empty-posted', '<methodResponse/>', -32600, 'got a methodResponse'),
    ('response-fault-posted',
     '<?xml version="1.0"?>\n<methodResponse><fault><value><struct><member>'
     '<name>faultCode</name><value><int>4</int></value></member><member>'
     '<name>faultString</name><value><string>Too many</string></value></member></struct>'
     '</value></fault></methodResponse>', -32600, 'got a methodResponse'),
    ('response-posted',
     '<?xml version="1.0"?>\n<methodResponse><params><param><value><int>1</int></value>'
     '</param></params></methodResponse>', -32600, 'got a methodResponse'),
    ('root-case', '<methodcall/>', -32600, '<methodcall> where <methodCall>'),
    ('root-html', '<!-- --><html><p><br></html>', -32600,
     '<html> where <methodCall> or <methodResponse> may stand'),
    ('root-prefixed', '<x:methodCall xmlns:x="u"/>', -32600, '<x:methodCall> where <methodCall>'),
    ('root-unknown', '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"/>',
     -32600, '<soap:Envelope> where <methodCall>'),
    ('root-value', '<value><int>1</int></value>', -32600, '<value> where <methodCall>'),
)
