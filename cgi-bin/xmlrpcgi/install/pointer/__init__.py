"""xmlrpcgi: which version is in force. Written by `install`, which replaces this one file."""
__path__[:] = [__path__[0] + '-VERSION']
__file__ = __path__[0] + '/__init__.py'
exec(type(__loader__)(__name__, __file__).get_code(__name__))  # noqa: F821, S102
# before: PREVIOUS
