"""Document type declarations: refused, whatever they hold."""

from .case import EXTENSIONS, HEAD, declared, message

DOCTYPE = -32600, 'document type declarations are not allowed'
URL = 'http://127.0.0.1:9/'

LAUGHS = '<!ENTITY lol "lol">\n%s<!ENTITY a "&lol9;">' % ''.join(
    '<!ENTITY lol%d "%s">\n' % (level, '&lol%s;' % (level - 1 or '') * 10)
    for level in range(1, 10))

# (name, what stands behind <!DOCTYPE, the value)
DECLARATIONS = (
    ('doctype-attribute-default', 'methodCall [<!ATTLIST methodCall xmlns:ex CDATA %s>]'
     % EXTENSIONS.partition('=')[2], 'x'),
    ('doctype-billion-laughs', 'methodCall [%s]' % LAUGHS, '&a;'),
    ('doctype-empty-subset', 'methodCall []', 'x'),
    ('doctype-entity-in-method-name', 'm [<!ENTITY a "x">]', '&a;'),
    ('doctype-external-entity', 'methodCall [<!ENTITY a SYSTEM "file:///etc/passwd">]', '&a;'),
    ('doctype-external-http', 'methodCall [<!ENTITY a SYSTEM "%s">]' % URL, '&a;'),
    ('doctype-external-subset', 'methodCall SYSTEM "%sa.dtd"' % URL, '&a;'),
    ('doctype-internal-entity', 'methodCall [<!ENTITY a "expanded">]', '&a;'),
    ('doctype-parameter-entity-internal',
     'methodCall [<!ENTITY % p "<!ENTITY a \'x\'>"> %p;]', '&a;'),
    ('doctype-parameter-entity', 'methodCall [<!ENTITY %% p SYSTEM "%sa.dtd"> %%p;]' % URL, '&a;'),
    ('doctype-parameter-laughs',
     'methodCall [<!ENTITY % a "aaaaaaaaaa"><!ENTITY % b "%a;%a;%a;"> %b;]', '&a;'),
    ('doctype-plain', 'methodCall', 'x'),
    ('doctype-public', 'methodCall PUBLIC "-//A//B" "%sa.dtd"' % URL, '&a;'),
    ('doctype-quadratic-blow-up', 'methodCall [<!ENTITY a "%s">]' % ('a' * 20000),
     '&a;' * 5000),
    ('doctype-recursive-entity', 'methodCall [<!ENTITY a "&b;"><!ENTITY b "&a;">]', '&a;'),
    ('doctype-unparsed-entity',
     'm [<!NOTATION n SYSTEM "n"><!ENTITY a SYSTEM "a.gif" NDATA n>]', '&a;'),
)

INVALID_MESSAGES = (
    *((name, message(value, head='%s<!DOCTYPE %s>\n' % (HEAD, declaration)), *DOCTYPE)
      for name, declaration, value in DECLARATIONS),
    ('doctype-in-koi8-r',
     message('&a;', head=declared('koi8-r') + '<!DOCTYPE m [<!ENTITY a "x">]>'), *DOCTYPE),
)

INVALID_FILES = (
    ('doctype-in-utf-16', *DOCTYPE),
)
