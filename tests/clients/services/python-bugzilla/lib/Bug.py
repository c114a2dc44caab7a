import datetime

from xmlrpcgi import Fault

BUGS = {1: 'crash on <start>', 2: 'wrong colour'}


def bug(number):
    return {'id': number, 'summary': BUGS[number], 'status': 'NEW', 'product': 'p',
            'component': ['c'], 'last_change_time': datetime.datetime(2020, 1, 2, 3, 4, 5)}


class Application:
    def get(self, params: dict):
        try:
            return {'bugs': [bug(int(number)) for number in params['ids']], 'faults': []}
        except KeyError as error:
            raise Fault(101, 'bug #%s does not exist' % error)

    def search(self, params: dict):
        return {'bugs': [bug(number) for number in sorted(BUGS)]}
