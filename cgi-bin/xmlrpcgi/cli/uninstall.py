"""uninstall: remove from a folder for CGI scripts what install put there; lib stays."""

import os

from ..install.install import InstallError, attempt, choose_lib, whole
from ..install.versions import Versions


def arguments(parser):
    parser.add_argument('--cgi-bin', required=True, metavar='FOLDER',
                        help='the folder for CGI scripts that it was installed in')
    parser.add_argument('--deploy', metavar='USER@HOST:[FOLDER]', help='do it on that host, over '
                        'ssh; the folder is one of the host')


def run(options):
    if options.deploy:
        from ..install.remote import deploy
        return deploy(options.deploy, ['uninstall', '--cgi-bin', options.cgi_bin], None)
    return attempt(uninstall, options)


def uninstall(options):
    versions = Versions(whole(options.cgi_bin))
    if not versions.current()[0]:
        raise InstallError('xmlrpcgi is not installed in %s.' % versions.cgi_bin)
    if versions.is_flat():
        raise InstallError('%s was copied there by hand, not by install: delete it and rpc.cgi by '
                           'hand.' % versions.package)
    doors = versions.own_doors()
    lib = choose_lib(versions.cgi_bin, None, doors.values())[0] if doors else None
    versions.remove()
    yield 'xmlrpcgi is removed from %s.' % versions.cgi_bin
    if lib and os.path.isdir(lib):
        yield 'The classes stay in %s.' % lib
