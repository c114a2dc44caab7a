"""The rate limits: a limit for each caller, without a daemon (MAX_CALLS_PER_MINUTE and the like).

Counted are calls, and those that were refused with fault -32501, by user (REMOTE_USER) and by
address. A call is answered with 429 and Retry-After (RFC 6585 section 4) where its user or its
address has reached a limit; a refused call is not counted, so that whoever waits as long
as he is told gets through.

A file that its owner must fix stops all calls with 500, as any wrong setting: who wants rate limits
must not run without them unawares. What may pass by itself (a full disk, no descriptors left)
lets them through, and the log says so: the rate limits must not become the outage.

Loaded only where the settings name a RATE_LIMIT_FILE.
"""

from ..errors import Refusal, SettingsError

# In the environment of a call that comes from this program's own command line: it is not
# counted, and does not make the file, which must be the web server's.
UNCOUNTED = 'XMLRPCGI_UNCOUNTED'

_TEXTS = ('more than %d calls in a minute came from this %s',
          '%d calls in a minute from this %s were refused')


class RateLimits:
    """The rate limits of `settings` (Settings), which name a RATE_LIMIT_FILE."""

    def __init__(self, settings):
        self._settings = settings
        self._limits = settings.MAX_CALLS_PER_MINUTE, settings.MAX_DENIED_PER_MINUTE

    def admit(self, request):
        """Count a call; raises Refusal 429 where its caller is over a limit, SettingsError."""
        if UNCOUNTED in request.environ:
            return
        limits, callers = self._limits, _callers(request)

        def work(counters):
            worst = max((counters.wait(counted, name, limit), counted, who)
                        for counted, limit in enumerate(limits) if limit for who, name in callers)
            if not worst[0] and limits[0]:
                for _, name in callers:
                    request.counted = counters.add(0, name)
            return worst
        self._refuse(self._locked(work), request)

    def admit_more(self, request, count):
        """Count the calls of a system.multicall: it is admitted as one, and is `count`.

        Raises Refusal 429 where that is over the limit; then the one is not counted either.
        """
        limit = self._limits[0]
        if request is None or not limit or count < 2 or UNCOUNTED in request.environ:
            return
        callers, counted = _callers(request), request.counted

        def work(counters):
            if counted is not None:
                for _, name in callers:
                    counters.take_back(0, name, counted)
            worst = max((counters.wait(0, name, limit, count), 0, who) for who, name in callers)
            if not worst[0]:
                for _, name in callers:
                    counters.add(0, name, count)
            return worst
        self._refuse(self._locked(work), request)

    def count_denied(self, request):
        """Count that a call was refused with -32501; what is wrong here is for the log alone."""
        if request is None or not self._limits[1] or UNCOUNTED in request.environ:
            return

        def work(counters):
            for _, name in _callers(request):
                counters.add(1, name)
        try:
            self._locked(work)
        except SettingsError as error:
            from ..log import trouble
            trouble(error, self._settings)

    def check(self):
        """Raise SettingsError where the file cannot be used."""
        self._locked(lambda counters: None)

    def _locked(self, work):
        """Return work(counters), None where that is not possible now; raises SettingsError."""
        path = self._settings.RATE_LIMIT_FILE
        try:
            from .counters import Counters, UnusableFile
        except ImportError as error:
            raise SettingsError('lib/settings.py: the rate limits need file locks, which Python '
                                'lacks here (%s); set MAX_CALLS_PER_MINUTE and '
                                'MAX_DENIED_PER_MINUTE to 0' % error) from error
        try:
            with Counters(path) as counters:
                return work(counters)
        except UnusableFile as error:
            from os import geteuid
            raise SettingsError('lib/settings.py: RATE_LIMIT_FILE cannot be %s: %s; it takes a '
                                'file of its own, which need not be there, in a folder that user '
                                'number %d may write to' % (path, error, geteuid())) from error
        except OSError as error:
            from ..log import trouble
            trouble('RATE_LIMIT_FILE cannot be used now, calls are let through: %s' % error,
                    self._settings)
            return None

    def _refuse(self, worst, request):
        """Raise the Refusal of a caller who has to wait; worst: (seconds, which, who) or None."""
        if not worst or not worst[0]:
            return
        seconds, counted, who = worst
        text = _TEXTS[counted] % (self._limits[counted], who)
        from ..log import rate_limited
        rate_limited(request.user, _address(request)[0], '%s, for %d seconds' % (text, seconds),
                     self._settings)
        raise Refusal(429, '%s; call again in %d seconds' % (text, seconds),
                      [('Retry-After', str(seconds))])


def _callers(request):
    """Whom a request is counted for: [(what it is, its name in the file)]."""
    callers = [('address', b'a' + _address(request)[1])]
    if request.user:
        callers.append(('user', b'u' + request.user.encode('utf-8', 'surrogatepass')))
    return callers


def _address(request):
    """The address of a request: as text, and as bytes that are the same for one caller.

    Of IPv6 the first 64 bits count: whoever has one address has all of that network. What is no
    address ('-') counts as one caller.
    """
    from _socket import AF_INET, AF_INET6, inet_ntop, inet_pton
    text = request.remote_addr.partition('%')[0]        # without a zone
    try:
        packed = inet_pton(AF_INET6 if ':' in text else AF_INET, text)
    except (OSError, ValueError):
        return '-', b''
    if packed[:12] == bytes(10) + b'\xff\xff':          # an IPv4 address, mapped
        packed = packed[12:]
    if len(packed) == 4:
        return inet_ntop(AF_INET, packed), packed
    return inet_ntop(AF_INET6, packed), packed[:8]
