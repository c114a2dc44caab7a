"""Plays Odoo's services db, common and object, which have paths of their own and no dots."""

from xmlrpcgi import Fault

PARTNERS = {1: 'Ann', 2: 'Bob'}


class Application:
    def _around(self, request, proceed):
        service = request.path.rpartition('/')[2]
        if service not in ('db', 'common', 'object'):
            raise Fault(1, 'not the path of a service: %s' % request.path)
        return proceed()

    def server_version(self):
        return '14.0'

    def list(self):
        return ['demo']

    def login(self, database, user, password):
        return 7 if (database, user, password) == ('demo', 'ann', 'secret') else False

    def execute(self, database, uid, password, model, method, *params):
        if (database, uid, password) != ('demo', 7, 'secret'):
            raise Fault('AccessDenied', 'access denied')
        return getattr(self, '_' + method.replace('.', ''))(*params)

    def execute_kw(self, database, uid, password, model, method, params, more=None):
        return self.execute(database, uid, password, model, method, *params)

    def _search(self, domain, *more):
        return sorted(PARTNERS)

    def _read(self, ids, fields=None, *more):
        return [{'id': number, 'name': PARTNERS[number]} for number in ids]

    def _fields_get(self, *more):
        return {'id': {'type': 'integer'}, 'name': {'type': 'char'}}

    def _fields_get_keys(self, *more):
        return ['id', 'name']
