"""The command line: `python3 cgi-bin/xmlrpcgi COMMAND`.

Each command is a module of this package with two functions: `arguments(parser)` declares its
options to argparse, `run(options)` does the work and returns the exit status.  A new command
is such a module and one line in COMMANDS; only the module of the command given is imported.
"""

import os
import sys

if not __package__:
    # Started as a folder, Python put the package's own folder first on the path, where our
    # http.py would hide the standard library's: put the folder that holds the package there.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

import argparse  # noqa: E402  after the path was put right
from importlib import import_module  # noqa: E402

COMMANDS = {
    # command: (module, what the help says)
    'serve': ('serve', 'run a small HTTP server on this machine, to try the script'),
}


def main(args):
    parser = argparse.ArgumentParser(
        prog='python3 cgi-bin/xmlrpcgi', description='XML-RPC for any Apache that runs CGI.')
    commands = parser.add_subparsers(metavar='COMMAND', dest='command')
    parsers = {name: commands.add_parser(name, help=text, description=text[:1].upper() + text[1:])
               for name, (_, text) in COMMANDS.items()}
    if not args:
        parser.print_help()
        return 0
    module = None
    if args[0] in COMMANDS:
        module = import_module('xmlrpcgi.' + COMMANDS[args[0]][0])
        module.arguments(parsers[args[0]])
    options = parser.parse_args(args)
    return module.run(options)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
