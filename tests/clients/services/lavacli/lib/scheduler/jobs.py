from typing import Optional

from xmlrpcgi import Fault

JOBS = {1: 'kernel', 2: 'boot'}


class Application:
    def list(self, state: Optional[str] = None, health: Optional[str] = None, start: int = 0,
             limit: int = 25, since: Optional[int] = None, verbose: bool = False):
        return [{'id': number, 'state': 'Finished', 'health': 'Complete', 'submitter': 'ann',
                 'description': JOBS[number], 'device_type': 'qemu'}
                for number in sorted(JOBS)][start:start + limit]

    def definition(self, number: str):
        if int(number) not in JOBS:
            raise Fault(404, 'Job %s not found' % number)
        return 'job_name: ' + JOBS[int(number)]
