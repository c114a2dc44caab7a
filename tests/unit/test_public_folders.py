"""Which folders install and check take for public ones."""

import pytest
from xmlrpcgi.install.public import document_root


@pytest.mark.parametrize('path, root', [
    ('/home/ann/public_html/cgi-bin', '/home/ann/public_html'),
    ('/home/ann/public_html', '/home/ann/public_html'),
    ('/home/ann/www/site/lib', '/home/ann/www'),
    ('/srv/example.org/httpsdocs/lib', '/srv/example.org/httpsdocs'),
    ('/var/www/html/lib', '/var/www/html'),
    ('/var/www/lib', None),                         # beside html and cgi-bin
    ('/var/www', None),
    ('/home/ann/lib', None),
    ('/home/ann/my-www/lib', None),
    ('/home/ann/xmlrpcgi/lib', None),
])
def test_a_public_folder_is_known_by_its_name(path, root):
    assert document_root(path) == root


def test_a_symbolic_link_is_followed(tmp_path):
    (tmp_path / 'htdocs').mkdir()
    (tmp_path / 'site').symlink_to('htdocs')
    assert document_root(str(tmp_path / 'site' / 'lib')) == str((tmp_path / 'htdocs').resolve())
