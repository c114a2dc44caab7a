"""uninstall: remove from a folder for CGI scripts what `install` put there; lib stays."""

from .steps import run_here, run_there


def arguments(parser):
    parser.add_argument('--cgi-bin', required=True, metavar='FOLDER',
                        help='the folder for CGI scripts that the program was installed in')
    parser.add_argument('--deploy', metavar='USER@HOST:[FOLDER]', help='do it on that host, over '
                        'ssh; the folder is one of the host')


def run(options):
    if options.deploy:
        return run_there(options.deploy, ['uninstall', '--cgi-bin', options.cgi_bin])
    from ..install.install import uninstall
    return run_here(uninstall(options.cgi_bin), options.cgi_bin)
