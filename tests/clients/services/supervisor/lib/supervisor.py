"""Plays supervisord."""

from xmlrpcgi import Fault

STATES = {'web': ('RUNNING', 20), 'mail': ('STOPPED', 0)}


def info(name):
    state, code = STATES[name]
    return {'name': name, 'group': name, 'start': 0, 'stop': 0, 'now': 100, 'state': code,
            'statename': state, 'spawnerr': '', 'exitstatus': 0, 'logfile': '',
            'stdout_logfile': '', 'stderr_logfile': '', 'pid': 4321 if code else 0,
            'description': 'pid 4321, uptime 0:01:40' if code else 'Not started'}


class Application:
    def getVersion(self):
        return '3.0'

    def getPID(self):
        return 99

    def getSupervisorVersion(self):
        return '4.2.5'

    def getAllProcessInfo(self):
        return [info(name) for name in sorted(STATES)]

    def getProcessInfo(self, name: str):
        if name not in STATES:
            raise Fault(10, 'BAD_NAME: ' + name)
        return info(name)

    def startProcess(self, name: str, wait: bool = True):
        if name not in STATES:
            raise Fault(10, 'BAD_NAME: ' + name)
        if STATES[name][1]:
            raise Fault(60, 'ALREADY_STARTED: ' + name)
        return True
