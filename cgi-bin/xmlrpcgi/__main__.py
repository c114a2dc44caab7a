"""The command line: `python3 cgi-bin/xmlrpcgi COMMAND`.

Each command is a module of cli/ that has the command's name and two functions: `arguments(parser)`
declares its options to argparse, `run(options)` does the work and returns the exit status. A new
command is such a module and one line in COMMANDS; only the module of the given command is imported.
"""

import os
import sys

if sys.version_info < (3, 6):       # not install.doors.OLDEST, whose module needs 3.6 itself
    sys.exit('Python 3.6 or newer must run this program; this is %d.%d.' % sys.version_info[:2])
if not __package__:
    # Python was started with the package's folder, and put it first on the path, where our http.py
    # would hide the standard library's: put the folder that holds the package there instead.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

import argparse  # noqa: E402  only after the path is right
import re  # noqa: E402
from importlib import import_module  # noqa: E402
from importlib.machinery import SourceFileLoader  # noqa: E402

from xmlrpcgi import __version__  # noqa: E402

COMMANDS = {
    # command, which is also the name of its module in cli/: what the help says
    'serve': 'run a small HTTP server on this machine, to try the script',
    'call': 'call a method, on a server or of a folder of classes',
    'list': 'list the methods of a server or of a folder of classes',
    'describe': 'show what methods take, return and do',
    'stubs': 'write a typed client of a server, in Python or PHP',
    'token': 'add, list or remove the tokens by which programs log in',
    'install': 'put the program into a folder for CGI scripts, or upgrade it there',
    'uninstall': 'remove from a folder for CGI scripts what install put there',
    'check': 'find out what is wrong with an installation, here or at an address',
}


_PATHS = 'FOLDER', 'FILE', 'OLD.json'       # as the help names them


class TopParser(argparse.ArgumentParser):
    """A parser that shows no password of an address, wherever it was given."""

    def error(self, message):
        for word in sys.argv[1:]:
            begin = word.find(':/')
            if begin > 1:
                from xmlrpcgi.client.address import without_login
                given = word[begin:]        # what stands before may belong to an option
                for form in given, repr(given)[1:-1]:
                    message = message.replace(form, without_login('x' + given)[1:])
        super().error(message)


class Parser(TopParser):
    """A parser that takes options and words in any order; a negative number is a word.

    argparse gives a positional argument of several words only words that stand together, so
    parse_known_args puts all options first and all words after them.
    """

    def __init__(self, **settings):
        self._valued = set()
        super().__init__(allow_abbrev=False, **settings)

    def add_argument(self, *names, **settings):
        if settings.get('metavar') in _PATHS:
            settings.setdefault('type', _path)
        action = super().add_argument(*names, **settings)
        if action.nargs is None:
            self._valued.update(action.option_strings)
        return action

    def parse_known_args(self, args=None, namespace=None):
        options, words, rest = [], [], list(args)
        while rest:
            arg = rest.pop(0)
            if arg == '--':
                words += rest
                break
            if arg[:1] != '-' or arg == '-' or re.match(r'-\.?\d', arg):
                words.append(arg)
                continue
            options.append(arg)
            if arg in self._valued and rest:
                options.append(rest.pop(0))
        return super().parse_known_args(options + ['--'] * bool(words) + words, namespace)


def _path(text):
    if '://' in text:
        raise argparse.ArgumentTypeError('this is a path on this machine, not an address')
    return text


def _program():
    """Return how this program was started (str), for the first line of its help."""
    path = sys.argv[0]
    if os.path.basename(path) == '__main__.py':
        path = os.path.dirname(path)
    # `install` keeps versions as xmlrpcgi-VERSION, beside the folder that users name.
    folder, name = os.path.split(path)
    if name.startswith('xmlrpcgi-') and os.path.isdir(os.path.join(folder, 'xmlrpcgi')):
        path = os.path.join(folder, 'xmlrpcgi')
    return 'python3 ' + path if os.path.isdir(path) else os.path.basename(path)


def forgive_byte_code():
    """Have sources compiled where their byte-code cannot be read, as after a full disk."""
    get_code = SourceFileLoader.get_code

    def from_source_else(loader, fullname):
        try:
            return get_code(loader, fullname)
        except (EOFError, ImportError, TypeError, ValueError):      # what marshal raises
            path = loader.get_filename(fullname)
            return loader.source_to_code(loader.get_data(path), path)
    SourceFileLoader.get_code = from_source_else


def main(args):
    parser = TopParser(
        prog=_program(), description='XML-RPC for any Apache that runs CGI.',
        epilog='COMMAND --help says what the command takes.')
    parser.add_argument('--version', action='version', version='xmlrpcgi ' + __version__)
    commands = parser.add_subparsers(metavar='COMMAND', dest='command', parser_class=Parser)
    parsers = {name: commands.add_parser(name, help=text, description=text[:1].upper() + text[1:])
               for name, text in COMMANDS.items()}
    if not args:
        parser.print_help()
        return 0
    if args[0] not in COMMANDS:
        parser.parse_args(args)         # --help, or an error
        return 0
    module = import_module('xmlrpcgi.cli.' + args[0])
    module.arguments(parsers[args[0]])
    return module.run(parsers[args[0]].parse_args(args[1:]))


def program():
    """Run this process's command; return its exit status. In a wheel, the command `xmlrpcgi`."""
    forgive_byte_code()
    return main(sys.argv[1:])


if __name__ == '__main__':
    sys.exit(program())
