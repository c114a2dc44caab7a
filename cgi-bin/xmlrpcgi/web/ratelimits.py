"""Rate limits per caller, without a daemon (MAX_CALLS_PER_MINUTE, MAX_DENIED_PER_MINUTE).

All calls are counted, and those refused with fault -32501 also on their own, per user (REMOTE_USER)
and per address. Where the user or the address of a call has reached a limit, the answer is 429 and
Retry-After (RFC 6585 section 4). Such a call is not counted, so that a caller who waits as long as
Retry-After says gets through.

Where the owner must fix the file, every call is answered with 500, as with any wrong setting:
nobody should run without rate limits unawares. Where the problem may pass by itself (a full disk,
no descriptors left, a disk that fails), calls are let through, and the log says so: rate limits
must not cause an outage.

Loaded only where the settings name a RATE_LIMIT_FILE.
"""

from ..errors import Refusal, SettingsError

CALLS, DENIED = 0, 1            # what is counted

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
                    request.counted = counters.add(CALLS, name)
            return worst
        self._refuse(self._locked(work), request)

    def admit_more(self, request, count):
        """Count a system.multicall, which `admit` counted as one call, as `count` calls (int).

        Raises Refusal 429 where that is over the limit; then the one call is taken back.
        """
        limit = self._limits[0]
        if request is None or not limit or count < 2 or UNCOUNTED in request.environ:
            return
        callers, counted = _callers(request), request.counted

        def work(counters):
            if counted is not None:
                for _, name in callers:
                    counters.take_back(CALLS, name, counted)
            worst = max((counters.wait(CALLS, name, limit, count), CALLS, who)
                        for who, name in callers)
            if not worst[0]:
                for _, name in callers:
                    counters.add(CALLS, name, count)
            return worst
        self._refuse(self._locked(work), request)

    def count_denied(self, request):
        """Count a call that was refused with -32501; an unusable file is only logged."""
        if request is None or not self._limits[1] or UNCOUNTED in request.environ:
            return

        def work(counters):
            for _, name in _callers(request):
                counters.add(DENIED, name)
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
    """The callers that a request counts for: ['address' or 'user', name in the file (bytes)]."""
    callers = [('address', b'a' + _address(request)[1])]
    if request.user:
        callers.append(('user', b'u' + _folded(request.user).encode('utf-8', 'surrogatepass')))
    return callers


def _folded(user):
    """A user's name as a directory or database compares names: `Ann`, `ANN` and ` ann` are one."""
    user = ' '.join(user.casefold().split())
    try:
        user.encode('ascii')
    except UnicodeEncodeError:
        from unicodedata import normalize
        user = normalize('NFKC', user).casefold()
    return user


def _address(request):
    """The address of a request: as text, and as bytes that are the same for one caller.

    Of IPv6 the first 64 bits count: whoever has one address has all of that network. All texts that
    are not an address count as one caller, '-'.
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
