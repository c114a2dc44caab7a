"""Tokens by which programs log in where the web server asks for no password (TOKENS_FILE).

A request carries a token as `Authorization: Bearer TOKEN` (RFC 6750 section 2.1) or, where a host
keeps that header from scripts, as `X-Auth-Token: TOKEN`. The token's name becomes the user of the
request, in place of one whom the web server let in: @allow, the rate limits and the log go by it.
Then the token is taken out of the request, so that no class can log it or pass it to a child.

A token that is wrong or has expired is refused with 401 and counts as a denied call. The file is
read for each request, so that a token that was removed is refused at once. Where the file cannot be
used, every call is answered with 500, as with any wrong setting.

Loaded only where the settings name a TOKENS_FILE.
"""

from _operator import _compare_digest  # hmac's, without the import of OpenSSL

from ..errors import Refusal, SettingsError
from .ratelimits import UNCOUNTED
from .tokenfile import UnusableFile, digest_of, read

_CHALLENGE = 'WWW-Authenticate', 'Bearer realm="XML-RPC", error="invalid_token"'
_AUTHORIZATION, _OURS = 'HTTP_AUTHORIZATION', 'HTTP_X_AUTH_TOKEN'


class Tokens:
    """The tokens in TOKENS_FILE of `settings` (Settings).

    rate_limits (web.ratelimits.RateLimits or None): which each request passes next.
    """

    def __init__(self, settings, rate_limits):
        self._settings = settings
        self._rate_limits = rate_limits

    def admit(self, request):
        """Let the rate limits count a request, and set its user from its token, where one came.

        Raises Refusal 401 and 429, and SettingsError.
        """
        wrong = ''
        tokens = _taken(request)
        # This program's own command line may run as a user who cannot read the file.
        if tokens or UNCOUNTED not in request.environ:
            entries = self._entries()
        if tokens:
            entry = _found(tokens, entries)
            if entry is None:
                wrong = 'a token that is not in TOKENS_FILE'
            elif entry.has_expired:
                wrong = 'the token of %s, which ended on %s' % (entry.name, entry.until)
            else:
                request.environ.update(REMOTE_USER=entry.name, AUTH_TYPE='Bearer')
        # Before the refusal: whoever is over a limit does not learn whether a token is right.
        if self._rate_limits is not None:
            self._rate_limits.admit(request)
        if wrong:
            self._refuse(request, wrong)

    def check(self):
        """Raise SettingsError where the file, or that of the rate limits, cannot be used."""
        self._entries()
        if self._rate_limits is not None:
            self._rate_limits.check()

    def _entries(self):
        path = self._settings.TOKENS_FILE
        try:
            return read(path, self._settings.account)
        except UnusableFile as error:
            raise SettingsError(
                'lib/settings.py: TOKENS_FILE %s cannot be used%s: %s%s' % (
                    path, _by_whom(), error,
                    error.remedy and '; to fix this, run: ' + error.remedy)) from error

    def _refuse(self, request, wrong):
        from ..log import refused
        refused(401, 'the call came with ' + wrong, request, self._settings)
        if self._rate_limits is not None:
            self._rate_limits.count_denied(request)
        raise Refusal(401, 'the token is wrong, or its last day is over', [_CHALLENGE])


def _by_whom():
    import os
    return ' by user number %d' % os.geteuid() if hasattr(os, 'geteuid') else ''


def _taken(request):
    """Take the tokens out of `request`, and out of this process's variables; return them (list).

    Raises Refusal where a token may have come in two spellings of its header.
    """
    environ, tokens = request.environ, []
    said = environ.get(_AUTHORIZATION, '')
    if _has_token(said):
        scheme, *token = said.split(None, 1)
        # Of several headers, which web servers join by commas, the whole is a token, a wrong one.
        tokens.append(''.join(token).strip() if scheme.lower() == 'bearer' else said)
    by_ours = _OURS in environ
    if by_ours:
        tokens.append(environ[_OURS].strip())
    if tokens:
        from os import environ as variables
        for mapping in environ, request.raw, variables:
            for name in list(mapping):      # other threads may change it meanwhile
                # Apache puts REDIRECT_ before a name, once for each redirection within it.
                if name.endswith(_OURS) or name.endswith(_AUTHORIZATION) and _has_token(
                        mapping.get(name, '')):
                    mapping.pop(name, None)
    if by_ours:
        from .twins import refuse_twins
        refuse_twins()
    return tokens


def _has_token(text):
    """Whether a header Authorization, or one of several, is Bearer (bool)."""
    return 'bearer' in text.lower() and any(
        part.split(None, 1)[:1] == ['bearer'] for part in text.lower().split(','))


def _found(tokens, entries):
    """Return the Entry of the tokens (list of str), None where they are none or differ.

    Each entry is compared, in constant time: how long it takes tells nothing about the file.
    """
    digests = [digest_of(token) for token in tokens]
    found = None
    for entry in entries:
        if _compare_digest(entry.digest, digests[0]):
            found = entry
    return found if _compare_digest(digests[0], digests[-1]) else None
