"""lavacli, a program: the version, who it is, jobs, and a fault."""

import subprocess
import sys

for words in (['system', 'version'], ['system', 'whoami'], ['jobs', 'list'],
              ['jobs', 'definition', '2'], ['jobs', 'definition', '9']):
    done = subprocess.run([sys.executable, '-m', 'lavacli', '--uri', sys.argv[1] + '/RPC2', *words],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(done.returncode, ' '.join(done.stdout.decode().split()))
