"""Handler turns the bytes of a call into the bytes of its response.

It is a subclass of the standard library's CGIXMLRPCRequestHandler: code written for that class
works with this one. Here it is named _Handler until somebody asks for `Handler`: only then is the
stock class imported, and becomes its base (see startup.py).
"""

import sys

from . import errors
from .decode import decode_call
from .dispatch import LAZY, Context, Dispatcher
from .encode import encode_fault, encode_response
from .library import Library
from .process import forks
from .settings import Settings
from .startup import UPGRADE, is_upgrade


class Result:
    """The outcome of a call.

    body (bytes): the methodResponse. method (str or None): the name that was called. fault (int or
    None): the fault code, None where the call succeeded; text (str): the fault's text. refusal
    (Refusal or None): the response is this HTTP status, and `body` is not sent.
    """

    refusal = None

    def __init__(self, body, method=None, fault=None, text=''):
        self.body = body
        self.method = method
        self.fault = fault
        self.text = text


class Handler(Dispatcher):
    """Answers XML-RPC calls.

    allow_none, encoding, use_builtin_types: as in the standard library's class, with other
    defaults. allow_none (bool): whether None may be sent; None for the setting ALLOW_NIL.
    encoding: without effect, as responses are UTF-8. use_builtin_types (bool): whether dates and
    binary data arrive as datetime and bytes.
    lib (str): a folder of classes and its settings.py; None for registered methods only.
    library (Library), settings (Settings): the same, made already.
    """

    scan_from = None                # as for decode_call
    limits = None                   # ends calls that take too long: a process.Limits or Deadline

    def __init__(self, allow_none=None, encoding=None, use_builtin_types=True,
                 library=None, settings=None, lib=None):
        self.trouble = None             # a SettingsError: the answer to each request
        if lib is not None:
            from os.path import abspath
            library = Library(abspath(lib))
            try:
                settings = settings or load_settings(library)
            except errors.SettingsError as error:
                self.trouble = error
        self.settings = settings or Settings()
        if allow_none is None:
            allow_none = self.settings.ALLOW_NIL
        super().__init__(allow_none, encoding, use_builtin_types, library)
        self.rate_limits = self.proxies = None
        if self.settings.RATE_LIMIT_FILE and (self.settings.MAX_CALLS_PER_MINUTE
                                              or self.settings.MAX_DENIED_PER_MINUTE):
            from .web.ratelimits import RateLimits
            self.rate_limits = RateLimits(self.settings)
        self.gate = self.rate_limits    # what each request passes: `admit`
        if self.settings.TOKENS_FILE:
            from .web.tokens import Tokens
            self.gate = Tokens(self.settings, self.rate_limits)
        if self.settings.LOG_FORMAT != 'text':
            from .log import use
            use(self.settings)
        if self.settings.TRUSTED_PROXIES:
            from .web.proxies import Proxies
            self.proxies = Proxies(self.settings.TRUSTED_PROXIES)

    # Answering.

    def handle_request(self, request_text=None):
        """Answer the request of this CGI process, or the call in `request_text`, on stdout."""
        from . import script
        if request_text is None:
            script.answer(self)
        else:
            script.write_text(self._marshaled_dispatch(request_text))

    def handle_xmlrpc(self, request_text):
        """Answer the call in `request_text` on stdout, as the stock class does."""
        self.handle_request(request_text)

    def handle_get(self):
        """Answer a GET of this CGI process on stdout."""
        self.handle_request()

    def _marshaled_dispatch(self, data, dispatch_method=None, path=None):
        if isinstance(data, str):
            return self.call(data.encode('utf-8'), 'utf-8', None, dispatch_method).body
        return self.call(data, None, None, dispatch_method).body

    def call(self, body, charset=None, request=None, dispatch=None):
        """Return the Result of the methodCall in `body` (bytes).

        charset (str or None): the encoding that the transport named.
        request (Request or None): passed to methods that ask for it.
        dispatch: called as dispatch(method, params) in place of the handler's own.
        Raises LibraryError.
        """
        method = None
        ours = True                     # an error is ours until the application runs
        settings = self.settings
        before = getattr(self._now, 'context', None)        # of a call that this one is made in
        try:
            call = decode_call(body, charset, settings.MAX_DEPTH, settings.MAX_ELEMENTS,
                               self.scan_from)
            del body                # frees the memory of a large one before the method runs
            method, params = call.method, call.params
            context = self._now.context = Context(request, call.extended)
            if request is not None:
                request.method_name = method
            if self.rate_limits is not None and method == 'system.multicall':
                self._admit_multicall(request, params)
            if not self.use_builtin_types:
                from .wire.objects import wrapped
                params = wrapped(params)
            ours = False
            if self.limits:
                self.limits.start()
            process = forks()
            try:
                value = (dispatch or self._dispatch)(method, params)
                if forks() != process:  # this is a child, which came back from the method
                    self.leave(request)
                xml = encode_response(value, context.extended, self.allow_none,
                                      settings.MAX_ANSWER)
                if forks() != process:
                    self.leave(request)
                return Result(xml, method)
            except BaseException as error:
                if forks() != process:
                    self.leave(request, error)
                raise
            finally:
                if self.limits:
                    self.limits.stop()
        except errors.LibraryError:     # not a fault of this call: answered with an HTTP status
            raise
        except errors.Refusal as refusal:
            if not ours and self.rate_limits is not None and _is_denied(refusal):
                self.rate_limits.count_denied(request)
            result = Result(b'', method)
            result.refusal = refusal
            return result
        except BaseException as error:
            if ours or not self.limits:
                return self.in_parent(request, self.failed, error, request, method, ours)
            return self.in_parent(request, self._failed_in_time, error, request, method)
        finally:
            self._now.context = before

    def _admit_multicall(self, request, params):
        """Count the calls of a system.multicall before any of them runs; raises Refusal."""
        calls = params[0] if params else None
        most = self.settings.MAX_CALLS_PER_MINUTE
        if isinstance(calls, list) and len(calls) <= (most or len(calls)):
            self.rate_limits.admit_more(request, len(calls))

    def _failed_in_time(self, error, request, method):
        """As `failed`, within the limits of a call: code of the class makes the text of `error`."""
        try:
            try:
                self.limits.start()
                return self.failed(error, request, method, False)
            finally:
                self.limits.stop()
        except errors.OutOfTime as late:
            late.__context__ = None         # its text would take as long again
            late.within = type(error)
            return self.failed(late.with_traceback(error.__traceback__), request, method, False)

    def failed(self, error, request=None, method=None, ours=True):
        """Return the Result for an exception, a fault; an exception that is not a Fault is logged.

        ours (bool): whether this program raised the exception, not the application.
        """
        code, text = self.fault(error, request, method, ours)
        result = Result(encode_fault(code, text), method, code, text)
        if ours and code == errors.INTERNAL and is_upgrade(error):
            result.refusal = errors.Refusal(503, UPGRADE, [('Retry-After', '10')])
        return result

    def fault(self, error, request=None, method=None, ours=False):
        """Return the code and text of the fault for an exception; it is logged unless a Fault."""
        if self.rate_limits is not None and _is_denied(error):
            self.rate_limits.count_denied(request)
        if isinstance(error, (ImportError, SyntaxError)) and is_upgrade(error):
            sys.stderr.write('xmlrpcgi: %s (%s: %s)\n' % (UPGRADE, method, error))
            return errors.INTERNAL, 'the call may have been made; ' + UPGRADE
        if isinstance(error, errors.WireFault) and error.why:
            from .log import note
            whole = '%s; %s' % (error.faultString, error.why)
            note(method, error.faultCode, whole, request, self.settings)
            return error.faultCode, whole if self.settings.DEBUG else error.faultString
        if isinstance(error, errors.WireFault) and not self.settings.LOG_FILE:
            return error.faultCode, error.faultString
        try:
            return self._logged(error, request, method, ours)[:2]
        except (OSError, MemoryError):
            # The failed method's locals may hold the memory or descriptors that logging needs.
            errors.let_go(error)
            return self._logged(error, request, method, ours)[:2]

    def _logged(self, error, request, method, ours):
        """(code, text, reference in the log or None) of the fault for an exception."""
        from . import log
        about = request, self.settings
        if isinstance(error, errors.EncodeFault):
            log.note(method, error.faultCode, error.faultString, *about)
            return error.faultCode, '%s: %s' % (method, error.faultString), None
        code = _fault_code(error)
        if code is not None:
            from .logs.exception import attribute, text_of
            text = attribute(error, 'faultString')
            text = text_of(error if text is None else text)
            log.mistake(method, code, text, *about)
            return code, text, None
        return log.failure(error, method, *about, internal=ours)

    def reference(self, error, request, name):
        """Log that the file of the namespace `name` does not import; return the reference (str)."""
        return self._logged(error, request, name, False)[2]


def _is_denied(error):
    """Whether an exception says that its caller may not call (bool)."""
    refusal = error.__cause__ if isinstance(error, errors.WireFault) else error
    if isinstance(refusal, errors.Refusal):
        return refusal.status in (401, 403)
    return _fault_code(error) == errors.NOT_ALLOWED


def _fault_code(error):
    """The fault code that an exception carries itself (int), None where it carries none."""
    try:
        code = getattr(error, 'faultCode', None)
        if code is not None:
            getattr(error, 'faultString', None)
    except errors.OutOfTime:
        raise
    except BaseException:               # a property that fails
        return None
    if isinstance(error, errors.Fault) and isinstance(code, str):
        try:
            code = int(code)            # Fault('404', ...)
        except ValueError:
            return None
    if isinstance(code, bool):
        return None
    if not isinstance(code, int) or not -1 << 31 <= code < 1 << 31:
        return None
    return int(code)


def make(library, settings=None):
    """Return a Handler for the classes in `library` (Library), with its settings or `settings`.

    Raises SettingsError.
    """
    return _Handler(library=library, settings=settings or load_settings(library))


def load_settings(library):
    """Return the Settings of `lib/settings.py`, the defaults where there is no such file.

    Its upper-case names are the settings. Raises SettingsError for an unknown setting or an unfit
    value, and where the file cannot be read or everybody on the machine may change it.
    """
    if not library.has('settings'):
        return Settings()
    from .settingsfile import read
    return read(library)


_Handler = Handler
if LAZY:
    del Handler

    def __getattr__(name):
        if name != 'Handler':
            raise AttributeError('module %r has no attribute %r' % (__name__, name))
        __import__('xmlrpc.server')         # which makes the stock class the base: startup.adopt
        globals()['Handler'] = _Handler
        return _Handler
