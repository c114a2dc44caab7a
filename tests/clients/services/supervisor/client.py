"""supervisorctl, a program: states, a process that starts, and faults that it knows by code."""

import subprocess
import sys

for words in ['version'], ['status'], ['pid'], ['start', 'mail'], ['start', 'web'], ['start', 'no']:
    done = subprocess.run([sys.executable, '-m', 'supervisor.supervisorctl', '-s', sys.argv[1],
                           *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(done.returncode, ' '.join(done.stdout.decode().split()))
