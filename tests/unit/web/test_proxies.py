"""Behind proxies: which address is believed, and when TLS is."""

import pytest
from xmlrpcgi.message import Request
from xmlrpcgi.web.proxies import Proxies

TRUSTED = Proxies(('10.0.0.0/8', '2001:db8::1'))


@pytest.mark.parametrize('address, forwarded, expected', [
    ('192.0.2.1', '', '192.0.2.1'),
    ('192.0.2.1', '198.51.100.7', '192.0.2.1'),                     # no proxy of ours: a lie
    ('10.0.0.1', '198.51.100.7', '198.51.100.7'),
    ('10.0.0.1', '203.0.113.9, 198.51.100.7', '198.51.100.7'),      # the first is the client's word
    ('10.0.0.1', '203.0.113.9, 198.51.100.7, 10.1.1.1', '198.51.100.7'),
    ('2001:db8::1', '2001:db8::77', '2001:db8::77'),
    ('10.0.0.1', 'unknown', '10.0.0.1'),
    ('10.0.0.1', '', '10.0.0.1'),
    ('10.0.0.1', '10.0.0.2', '10.0.0.2'),
    ('', '198.51.100.7', ''),
])
def test_the_last_address_that_is_no_trusted_proxy_is_the_callers(address, forwarded, expected):
    request = Request({'REMOTE_ADDR': address, 'HTTP_X_FORWARDED_FOR': forwarded}, None)
    assert request.remote_addr == address
    request.proxies = TRUSTED
    assert request.remote_addr == expected


@pytest.mark.parametrize('address, proto, expected', [
    ('10.0.0.1', 'https', True), ('10.0.0.1', 'http', False), ('192.0.2.1', 'https', False)])
def test_a_trusted_proxy_says_whether_it_was_tls(address, proto, expected):
    request = Request({'REMOTE_ADDR': address, 'HTTP_X_FORWARDED_PROTO': proto}, None)
    assert request.https is False
    request.proxies = TRUSTED
    assert request.https is expected


@pytest.mark.parametrize('peer, forwarded, expected', [
    ('10.0.0.1', '203.0.113.7:51234', '203.0.113.7'),
    ('10.0.0.1', '[2001:db8::7]:443', '2001:db8::7'),
    ('10.0.0.1', '[2001:db8::7]', '2001:db8::7'),
    ('10.0.0.1', '::ffff:203.0.113.7', '203.0.113.7'),
    ('10.0.0.1', '[::ffff:203.0.113.7]:80', '203.0.113.7'),
    ('::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'),
    ('10.0.0.1', '203.0.113.7, ::ffff:10.1.1.1', '203.0.113.7'),
    ('10.0.0.1', '203.0.113.7, 10.1.1.1:99', '203.0.113.7'),
    ('10.0.0.1', '203.0.113.7:', '10.0.0.1'), ('10.0.0.1', '203.0.113.7:x', '10.0.0.1'),
    ('10.0.0.1', '[203.0.113.7', '10.0.0.1'), ('10.0.0.1', '[::1]x', '10.0.0.1'),
    ('10.0.0.1', 'unknown', '10.0.0.1'), ('::ffff:192.0.2.1', '203.0.113.7', '192.0.2.1'),
    ('', '203.0.113.7', ''), ('unix:', '203.0.113.7', 'unix:')])
def test_an_address_is_read_in_every_form_that_proxies_write(peer, forwarded, expected):
    request = Request({'REMOTE_ADDR': peer, 'HTTP_X_FORWARDED_FOR': forwarded}, None)
    request.proxies = TRUSTED
    assert request.remote_addr == expected


@pytest.mark.parametrize('peer', ['', 'unix:', 'unix:/run/nginx.sock', 'localhost'])
@pytest.mark.parametrize('forwarded, expected', [
    ('203.0.113.7', '203.0.113.7'), ('198.51.100.1, 203.0.113.7', '203.0.113.7'), ('', ''),
    ('203.0.113.7, 10.0.0.1', '203.0.113.7'), ('nonsense', '')])
def test_a_proxy_on_a_unix_socket_is_trusted_where_the_setting_says_so(peer, forwarded, expected):
    request = Request({'REMOTE_ADDR': peer, 'HTTP_X_FORWARDED_FOR': forwarded,
                       'HTTP_X_FORWARDED_PROTO': 'http, https'}, None)
    request.proxies = Proxies(('unix:', '10.0.0.0/8'))
    assert request.remote_addr == expected
    assert request.https is True
    request.proxies = TRUSTED
    assert request.https is False


@pytest.mark.parametrize('said, expected', [('https', True), ('http, https', True),
                                            ('https, http', False), (' HTTPS ', True), ('', False)])
def test_of_a_list_of_protocols_the_trusted_proxys_own_counts(said, expected):
    request = Request({'REMOTE_ADDR': '10.0.0.1', 'HTTP_X_FORWARDED_PROTO': said}, None)
    request.proxies = TRUSTED
    assert request.https is expected
