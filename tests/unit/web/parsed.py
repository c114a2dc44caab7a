"""The page as elements and text, and descriptions of methods to make one of."""

import json
from html.parser import HTMLParser

from xmlrpcgi.web import page

ADDRESS = 'https://example.org/xmlrpc/'
VOID = {'meta', 'link', 'input'}
KNOWN = {'html', 'head', 'meta', 'title', 'link', 'style', 'body', 'a', 'aside', 'form', 'label',
         'span', 'input', 'p', 'nav', 'ul', 'li', 'main', 'header', 'h1', 'h2', 'h3', 'abbr', 'b',
         'figure', 'figcaption', 'pre', 'code', 'section', 'div', 'article', 'i', 'dl', 'dt', 'dd',
         'footer', 'script', 'details', 'summary', 'small'}


class Parsed(HTMLParser):
    """The elements of a page; that they are balanced is checked while it is read."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.attributes, self.text, self.raw = [], [], [], [], {}
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or '') for name, value in attrs]
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get('type', '')))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if self.open and self.open[-1][0] in ('script', 'style'):
            self.raw[self.open[-1]] = data
        else:
            self.text.append(data)

    @property
    def words(self):
        return ' '.join(''.join(self.text).split())

    @property
    def data(self):
        return json.loads(self.raw['script', 'application/json'])

    def values(self, name):
        return [value for _, found, value in self.attributes if found == name]


def method(name='app.add', help='Return the sum.', result='int', params=(), more=False):
    return {'name': name, 'help': help, 'signatures': [], 'result': result,
            'returns': {'type': result, 'hint': ''}, 'params': list(params), 'more': more}


def param(name='a', type='int', hint='', **more):
    return dict({'name': name, 'type': type, 'hint': hint, 'optional': 'default' in more}, **more)


def described(*methods, unavailable=(), namespaces=(), restricted=False):
    return {'server': 'xmlrpcgi', 'version': '1.0.0', 'methods': list(methods),
            'namespaces': [{'name': name, 'help': help_} for name, help_ in namespaces],
            'restricted': restricted, 'unavailable': list(unavailable)}


def parsed(*methods, unavailable=(), namespaces=(), restricted=False, **more):
    html = page.document(described(*methods, unavailable=unavailable, namespaces=namespaces,
                                   restricted=restricted), ADDRESS, **more)
    return Parsed(html.decode('utf-8'))
