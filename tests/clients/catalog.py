"""The clients: how each is found and run, what it cannot do, and where its answers differ.

Not here: the Java client of Apache ws-xmlrpc, the one that declares the extension namespace.
Debian 12 has no package of it any more.  Requests like its own are in
tests/unit/wire/cases/extensions.py.
"""

import functools
import shutil
import subprocess
import sys
from pathlib import Path

from tests.tools import interpreters

PROGRAMS = Path(__file__).resolve().parent / 'programs'
NPM_PACKAGE = 'xmlrpc@1.3.2'
SECONDS = 60
JAR = Path('/usr/share/java/axmlrpc.jar')       # Debian's place for it


class Missing(Exception):
    """The client is not to be had here; the text says why."""


class Client:
    """A client.

    prepare(folder): gives the command to run, without the server's address, or raises Missing.
    packages: the Debian packages it needs; none for one that comes from elsewhere.
    lacks: {exchange: why the client cannot make it}.
    differs: {exchange: (what the server got, what the client got)}, with the reason beside it.
    variables: what its environment has besides.
    """

    def __init__(self, prepare, packages=(), lacks=None, differs=None, variables=None):
        self.prepare = prepare
        self.packages = packages
        self.lacks = lacks or {}
        self.differs = differs or {}
        self.variables = variables or (lambda folder: {})


def run(command, script=None):
    """The output of a command that must succeed; else Missing with what it said."""
    if not shutil.which(command[0]):
        raise Missing('there is no %s here' % command[0])
    done = subprocess.run(command, input=(script or '').encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=SECONDS)
    if done.returncode:
        raise Missing('%s: %s' % (' '.join(command[:3]), done.stdout.decode()[:500] or 'fails'))
    return done.stdout


def script(program, *words, probe, source=None):
    """A client whose program an interpreter runs. probe: words that fail without its library."""
    def prepare(folder):
        run([words[0], *probe], source)
        return [*words, str(PROGRAMS / program)]
    return prepare


def python2(folder):
    path = interpreters.found().get((2, 7))
    if not path:
        raise Missing('there is no Python 2.7 here')
    return [path, str(PROGRAMS / 'client.py')]


def node(folder):
    run(['node', '--version'])
    if not (folder / 'node_modules' / 'xmlrpc').is_dir():
        run(['npm', 'install', '--prefix', str(folder), '--no-audit', '--no-fund', '--no-save',
             '--ignore-scripts', NPM_PACKAGE])
    return ['node', str(PROGRAMS / 'client.js')]


def c(folder):
    program = str(folder / 'client')
    run(['gcc', '-Wall', '-Werror', '-o', program, str(PROGRAMS / 'client.c'),
         '-lxmlrpc_client', '-lxmlrpc', '-lxmlrpc_util'])
    return [program]


def java(folder):
    if not JAR.is_file():
        raise Missing('there is no %s here' % JAR)
    run(['javac', '-encoding', 'UTF-8', '-cp', str(JAR), '-d', str(folder),
         str(PROGRAMS / 'Client.java')])
    return ['java', '-cp', '%s:%s' % (JAR, folder), 'Client']


def each(names, why):
    return dict.fromkeys(names, why)


NO_LONG = each(['long', 'give long'], 'knows no i8')
NO_NIL = each(['nil', 'give nil', 'give nil inside'], 'knows no nil')
NO_BOOLEAN_TYPE = {'nested': ('{list: [{a: [true, {}]}], name: ""}',
                              '{list: [{a: [1, {}]}], name: ""}')}
WHOLE = {'give whole double': ('', '3')}        # the language has one type of number
PYTHON_LACKS = {'long': 'refuses to send more than 32 bits'}

CLIENTS = {
    'python': Client(
        lambda folder: [sys.executable, str(PROGRAMS / 'client.py')], lacks=PYTHON_LACKS),
    'python-2.7': Client(python2, lacks=PYTHON_LACKS),
    'perl-rpc-xml': Client(
        script('rpc_xml.pl', 'perl', probe=['-MRPC::XML::Client', '-e1']),
        ['librpc-xml-perl']),
    'perl-xmlrpc-lite': Client(
        script('xmlrpc_lite.pl', 'perl', probe=['-MXMLRPC::Lite', '-e1']),
        ['libxmlrpc-lite-perl'], {**NO_LONG, **NO_NIL}, NO_BOOLEAN_TYPE),
    'ruby': Client(
        script('client.rb', 'ruby', probe=['-rxmlrpc/client', '-e', '']),
        ['ruby', 'ruby-xmlrpc'], {'long': 'refuses to send more than 32 bits'}),
    'c': Client(
        c, ['gcc', 'libc6-dev', 'libxmlrpc-core-c3-dev'],
        {'beyond the BMP': 'refuses UTF-8 of four bytes'},
        # puts words of its own before a fault's text
        {'fault': ('', 'fault 42 RPC failed at server.  Kein <Ding> & nichts: Grüße')}),
    'java-axmlrpc': Client(
        java, ['default-jdk-headless', 'libaxmlrpc-java']),
    'node': Client(
        node, [], {},
        {'long': ('1099511627776', '"1099511627776"'),      # gives an i8 as text
         'give long': ('', '"1099511627776"'),
         'markup': ('"a <b> & "c""', '"a <b> & "c""'),      # ends its CDATA section at ]]>
         **WHOLE},
        lambda folder: {'NODE_PATH': str(folder / 'node_modules')}),
    'php': Client(
        script('client.php', 'php', probe=['-r', 'exit((int) !extension_loaded("xmlrpc"));']),
        ['php-cli', 'php-xmlrpc'],
        {'long': 'sends no i8', 'give long': 'reads an i8 as null',
         'tiny': 'sends 0.000000', 'no members': 'an empty array is an array',
         **each(['nil', 'give nil', 'give nil inside'], 'sends and reads nil as text')},
        # {} cannot be sent, so its list has {b: 1} there
        {'nested': ('{list: [{a: [true, {b: 1}]}], name: ""}',) * 2}),
    'lua': Client(
        script('client.lua', 'lua5.1', probe=['-e', 'require "xmlrpc.http"']),
        ['lua5.1', 'lua-xmlrpc'],
        {**NO_LONG, **NO_NIL, 'array': 'one type an array', 'nested': 'one type an array',
         'base64': 'leaves coding to the caller', 'date': 'cannot be sent',
         'spaces': 'takes white space off an answer',
         **each(['multicall', 'multicall fault'], 'one type an array')},
        {'no members': ('{}', '[]'),                        # both are {} in Lua
         **WHOLE}),
    'tcl': Client(
        script('client.tcl', 'tclsh', probe=[], source='exit [catch {package require xmlrpc}]'),
        ['tcl', 'tcl-xmlrpc'],
        {**NO_LONG, **NO_NIL,
         **each(['markup', 'large', 'struct'], 'escapes nothing and reads no escapes'),
         **each(['unicode', 'beyond the BMP'], 'counts characters for Content-Length'),
         **each(['fault', 'unknown method', 'wrong arguments', 'crash'],
                'does not say that an answer is a fault'),
         **each(['array', 'nested', 'no members', 'spaces', 'tiny', 'multicall',
                 'multicall fault'], 'gives all values as text')}),
    'curl': Client(
        script('client.sh', 'sh', probe=['-c', 'curl --version']),
        ['curl'],
        each(['true', 'false', 'markup', 'spaces', 'tiny', 'base64', 'date', 'array', 'no items',
              'struct', 'no members', 'nested', 'large', 'nil', 'give nil', 'give long',
              'give nil inside', 'give whole double', 'give tiny', 'give apostrophes', 'methods',
              'multicall', 'multicall fault'], 'knows no XML-RPC: values are written by hand'),
        {'double': ('-1.25000000', '-1.25'),                # as it is on the wire
         'chunked': ('', 'yes'), 'expect': ('', 'yes'), 'HTTP/1.0': ('', 'yes'),
         'compressed': ('', 'yes')}),
}


@functools.lru_cache(maxsize=None)
def packages():
    """The names in packages.txt."""
    text = (PROGRAMS.parent / 'packages.txt').read_text()
    return frozenset(line for line in text.split('\n') if line and line[0] != '#')
