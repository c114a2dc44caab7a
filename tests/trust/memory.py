"""How much memory one process takes at most, held against what the settings let it take.

    with memory.Watch(place) as watch:          # of long-running processes
        ...                                     # the load
    memory.judge(result, watch.peaks.values(), watch.most(MAX_BODY))

MEMORY bounds a process of CGI, and that says itself what it had (place.said). One that stays is
looked at from outside; it may take what it had after a first small call, the modules that other
calls load, and for each of its threads, for each byte of the largest body that MAX_BODY lets in,
that byte, what tests/unit/test_decode_attacks.py lets the worst message take for one, and its like
in the answer.
"""

import threading

from tests.unit.test_decode_attacks import ATTACKS

THREADS = 1                     # of a process, that answer calls: apache/fcgid.conf, wsgi.conf
READING = max(factor for _, _, _, factor in ATTACKS.values())
ANSWERING = 4                   # the answer as text in pieces, whole, encoded, and compressed
MODULES = 8000000               # of the interpreter, and free memory between what is kept
SECONDS = 600                   # after these a watch ends, whatever happens


class Watch:
    """Looks at the scripts of a place until the `with` block ends.

    base (bytes): what one had taken after a small call. peaks: {number of the process: bytes}.
    """

    def __init__(self, place):
        self._place, self._end = place, place.data / 'watched'
        self.base, self.peaks = 0, {}
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _look(self, seconds):
        return self._place.agent('peaks', self._end, seconds, seconds=seconds + 60)

    def _run(self):
        self.peaks = self._look(SECONDS)

    def __enter__(self):
        self._place.call('echo.echo', 'small')
        self.base = max(self._look(0).values(), default=0)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._place.put(self._end, b'')
        self._thread.join()

    def most(self, max_body):
        """The memory that a process may take whose calls have so many bytes at most."""
        return self.base + MODULES + THREADS * (1 + READING + ANSWERING) * max_body


def judge(result, peaks, most):
    """Note the largest peak; a problem where it is beyond `most`, and where there is none."""
    peaks = list(peaks)
    peak = max(peaks, default=0)
    result.counts['megabytes of one process'] = round(peak / 1e6)
    result.counts['megabytes it may take'] = round(most / 1e6)
    result.counts['processes measured'] = len(peaks)
    result.expect(peak > 0, 'no process was measured')
    result.expect(peak <= most, 'a process took %d bytes, and may take %d' % (peak, most))
