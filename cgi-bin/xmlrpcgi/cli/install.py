"""install: put the program into a folder for CGI scripts, or a newer version in place of it."""

from .steps import run_here, run_there


def arguments(parser):
    parser.add_argument('--cgi-bin', required=True, metavar='FOLDER',
                        help='the folder for CGI scripts, like ~/public_html/cgi-bin')
    parser.add_argument('--lib', metavar='FOLDER', help='the folder of your classes (default: '
                        'the one in use; else lib beside the folder for CGI scripts, or '
                        '~/xmlrpcgi/lib where that would be inside a public folder)')
    parser.add_argument('--python', metavar='PATH', help='the interpreter that runs rpc.cgi '
                        'and rpc.fcgi (default: this one)')
    parser.add_argument('--sh', action='store_true', help='an rpc.cgi and rpc.fcgi that the shell '
                        'starts: for an interpreter whose path is long or contains spaces')
    parser.add_argument('--rollback', action='store_true', help='go back to the version before')
    parser.add_argument('--deploy', metavar='USER@HOST:[FOLDER]', help='do it on that host, over '
                        'ssh; paths are those of the host')


def run(options):
    if options.deploy:
        return _deploy(options)
    from ..install.install import install, rollback
    if options.rollback:
        return run_here(rollback(options.cgi_bin), options.cgi_bin)
    return run_here(install(options.cgi_bin, options.lib, options.python, options.sh),
                    options.cgi_bin)


def _deploy(options):
    words = ['install', '--cgi-bin', options.cgi_bin]
    for name in ('lib', 'python'):
        if getattr(options, name) is not None:
            words += ['--' + name, getattr(options, name)]
    words += ['--' + name for name in ('sh', 'rollback') if getattr(options, name)]
    return run_there(options.deploy, words, options.python)
