"""All tests, in two halves side by side: `python -m tests.tools.halves [OPTION of pytest ...]`.

The lines of both are shown as they come. The exit status is 0 where that of both is, or where the
options chose no test of one half; 5 where they chose none at all.
"""

import os
import signal
import subprocess
import sys
import threading

HALVES = ['tests/process'], ['tests', '--ignore', 'tests/process']
NONE_CHOSEN = 5                 # an exit status of pytest
OF_MAKE = 'MAKEFLAGS', 'MFLAGS', 'MAKELEVEL'        # not for tests that run make themselves


def main(options):
    environ = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
    halves = [subprocess.Popen([sys.executable, '-u', '-m', 'pytest', '-rs', *half, *options],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environ)
              for half in HALVES]

    def end(*_):
        for half in halves:
            half.terminate()
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, lambda *_: None)       # a terminal sends it to the halves, too
    writing = threading.Lock()
    threads = [threading.Thread(target=show, args=(half.stdout, writing)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = {half.wait() for half in halves}
    return max(statuses - {NONE_CHOSEN}, key=abs) if statuses != {NONE_CHOSEN} else NONE_CHOSEN


def show(lines, writing):
    for line in lines:
        with writing:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
