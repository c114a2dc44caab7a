"""xmlrpcgi: XML-RPC for any Apache that can run a CGI script.

Application code may import `Fault` and `Refusal`, to raise; `allow`, to say who may call a method;
`name`, to publish a method under another name; `Handler`, to register classes and functions.
"""

# Where to look: this folder has what a plain call loads (HOT in startup.py lists it), the entry
# points cgi, fcgi and wsgi, which rpc.* import, __main__ for the command line, log, settingsfile
# and script. Everything else is in a folder of its own, whose __init__ says what is there, and is
# imported when it is needed. tests/unit/test_layers.py has the order of the imports.

import sys

__all__ = ['Fault', 'Handler', 'Refusal', 'allow', 'name']
__version__ = '1.0.0'

if sys.version_info < (3, 6):
    raise ImportError('Python 3.6 or newer must run it')


def allow(user=None, authenticated=None):
    """Decorate a class or method: only these callers may call it, others get fault -32501.

    user (str, or several): the names of users whom the web server or a token authenticated.
    authenticated (bool): True for any authenticated user. Where a class and its method are both
    decorated, the caller must satisfy both. Put it above other decorators. Raises TypeError where
    it is used without brackets, ValueError where it names nobody.
    """
    from .methods.access import mark
    return mark(user, authenticated)


def name(public):
    """Decorate a method: it is published only under the name `public` (str).

    public: any text; dots in it are part of the name. `@name('get-file')` in lib/app.py makes
    app.get-file. Raises TypeError unless `public` is a str that is not empty.
    """
    if not isinstance(public, str) or not public:
        raise TypeError('@name takes the name to publish under, like @name("get-file")')

    def decorate(function):
        getattr(function, '__func__', function)._xmlrpcgi_name = public
        return function
    return decorate


def _belongs(files):
    """Refuse a module that is not from the archive of this file: each calls this in its last line.

    `make dist` writes those lines. Without them, in a clone, an upload file by file could be
    answered by modules of two versions.
    """
    if files != _files:
        raise ImportError('there are files of %s among those of %s' % (files, _files),
                          name=__name__ + '.*')


def __getattr__(name):
    # Handler costs the import of xmlrpc.server, so it is imported on demand (PEP 562).
    if name in ('Fault', 'Refusal'):
        from . import errors
        value = getattr(errors, name)
    elif name == 'Handler':
        from .handler import Handler as value
    else:
        raise AttributeError('module %r has no attribute %r' % (__name__, name))
    globals()[name] = value
    return value


_files = ''     # the archive's name for all of its files

if (3, 6) <= sys.version_info < (3, 7):     # without PEP 562
    from .errors import Fault, Refusal
    from .handler import Handler
