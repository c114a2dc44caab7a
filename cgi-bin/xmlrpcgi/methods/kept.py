"""What the lists of a long-running process keep from one request for the next.

A description of all methods takes long to make, so it is made once per user and version of lib/:
until FreshLibrary imports anew, or another look at lib/ finds that the files with a class are
others. One in which a file failed holds until that look, a second later at most.
"""

from time import monotonic

from .names import with_class

_MOST = 100                 # users whose description is kept
_LATE = 60.0                # seconds for which lists leave out what was ended by CALL_SECONDS


class Kept:
    """What is kept for a Handler; see kept_of."""

    def __init__(self):
        self._names = self._looks = None    # the files with a class, and when they were looked for
        self._found = {}                    # {who asks: (names, looks or None, description)}
        self.late = Late()

    def edition(self, library):
        """Return what tells the files of `library` from those before, None where none are kept."""
        looks = getattr(library, 'looks', None)
        if looks is None:                   # no FreshLibrary
            return None
        if looks != self._looks or self._names is None:
            names = with_class(library)
            if names != self._names:
                self._names, self._found = names, {}
            self._looks = looks
        return self._names, looks

    def get(self, who, edition):
        """Return the description for `who` that holds for this edition, else None."""
        names, looks, found = self._found.get(who) or (None, None, None)
        if edition is None or names is not edition[0] or looks not in (None, edition[1]):
            return None
        return found

    def add(self, who, edition, found, lasts):
        """Keep the description `found` for `who`; lasts (bool): beyond the next look at lib/."""
        if edition is not None and (who in self._found or len(self._found) < _MOST):
            self._found[who] = edition[0], None if lasts else edition[1], found


class Late:
    """The places in lib/ that CALL_SECONDS ended, so that the next lists need not wait for them."""

    def __init__(self):
        self._places = {}           # {place: (until when, its reference in the log)}

    def add(self, place, reference):
        """Note that `place` (str) is out of time."""
        self._places[place] = monotonic() + _LATE, reference

    def get(self, place):
        """Return the reference of a place that was out of time a short while ago, else None."""
        until, reference = self._places.get(place) or (0, None)
        return reference if monotonic() < until else None


def kept_of(handler):
    """Return the Kept of a Handler."""
    if handler.kept is None:
        handler.kept = Kept()
    return handler.kept
