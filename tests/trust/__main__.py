"""Attack, fuzz, load and hurt it, and print what came of it: `make trust`.

python3 -m tests.trust [--short] [--only load,faults] [--fuzz SECONDS] [--kind NAME]

The attacks are the tests of tests/security, the inputs those of tests/tools/fuzz, the rest is in
scenarios.py. The exit status is 1 where a number is not 0 that must be: leaks, findings, wrong
answers, lost calls.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from tests.tools.servers.base import TOP

from . import scenarios, table

PARTS = 'attacks', 'fuzz', 'load', 'faults'
FUZZ_SECONDS = {False: 60, True: 20}
PATIENCE = 900                  # seconds for the attacks, and for the fuzzer beyond its own


def tell(what):
    """Say on stderr what is done next: the table comes after minutes."""
    print('trust: %s ...' % what, file=sys.stderr, flush=True)


def attacks(short):
    """Run tests/security; ({kind: [tried, leaks]}, problems)."""
    counts = {}
    tell('attacks')
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'counts')
        done = subprocess.run(
            [sys.executable, '-m', 'pytest', '-q', '--no-header', 'tests/security'], cwd=TOP,
            env={**os.environ, 'TRUST_COUNTS': path}, timeout=PATIENCE)
        if os.path.exists(path):
            with open(path, encoding='utf-8') as file:
                for row in map(json.loads, file):
                    counted = counts.setdefault(row['kind'], [0, 0])
                    counted[0] += row['tried']
                    counted[1] += row['leaks']
    problems = ['tests/security: see above'] if done.returncode else []
    return counts, problems + ([] if counts else ['tests/security counted no attack'])


def fuzz(seconds):
    """Run the fuzzer; (inputs, distinct ones, problems)."""
    tell('the fuzzer, for %d seconds' % seconds)
    done = subprocess.run([sys.executable, '-m', 'tests.tools.fuzz', '--seconds', str(seconds)],
                          cwd=TOP, stdout=subprocess.PIPE, timeout=seconds + PATIENCE,
                          universal_newlines=True)
    print(done.stdout, end='', flush=True)
    found = re.search(r'(\d+) inputs, (\d+) distinct', done.stdout)
    inputs, distinct = map(int, found.groups()) if found else (0, 0)
    wrong = done.returncode or not inputs
    return inputs, distinct, ['tests/tools/fuzz has a finding, see above'] if wrong else []


def put_through(chosen, short, only_kind):
    """Run scenarios with their kinds of servers; the Results, each printed when it is there."""
    results = []
    for scenario in chosen:
        for kind in scenario.chosen(short):
            if only_kind in (None, kind):
                tell('%s, %s' % (scenario.name, kind))
                started = time.monotonic()
                results.append(scenarios.run(scenario, kind, short))
                print('%s, %s (%.0f s): %s' % (scenario.name, kind, time.monotonic() - started,
                                               results[-1]), flush=True)
    return results


def main():
    parser = argparse.ArgumentParser(prog='python3 -m tests.trust',
                                     description=__doc__.partition('\n')[0])
    parser.add_argument('--short', action='store_true', help='three or four minutes, as in CI')
    parser.add_argument('--only', help='some of %s, with commas' % ', '.join(PARTS))
    parser.add_argument('--kind', help='one kind of server, like docker')
    parser.add_argument('--fuzz', type=int, help='seconds for the fuzzer')
    options = parser.parse_args()
    parts = options.only.split(',') if options.only else PARTS
    if not set(parts) <= set(PARTS):
        parser.error('--only takes some of %s' % ', '.join(PARTS))
    report = table.Report()
    if 'attacks' in parts:
        report.attacks, problems = attacks(options.short)
        report.problems += problems
    if 'fuzz' in parts:
        seconds = options.fuzz or FUZZ_SECONDS[options.short]
        report.inputs, report.distinct, problems = fuzz(seconds)
        report.problems += problems
    for part, chosen in ('load', scenarios.LOADS), ('faults', scenarios.FAULTS):
        if part in parts:
            results = put_through(chosen, options.short, options.kind)
            setattr(report, part, results)
            report.problems += ['%s, %s: %s' % (result.name, result.kind, problem)
                                for result in results for problem in result.problems]
    print('\n' + report.text())
    return 1 if report.failed() else 0


if __name__ == '__main__':
    sys.exit(main())
