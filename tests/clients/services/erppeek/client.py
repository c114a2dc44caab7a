"""ERPpeek: logs in to Odoo's services, and is refused with another password."""

import sys

import erppeek

client = erppeek.Client(sys.argv[1] + '/xmlrpc', 'demo', 'ann', 'secret')
print(client.server_version, client.user, client.db.list())
print(client.execute('res.partner', 'search', []))
print(client.execute('res.partner', 'read', [1, 2], ['name']))
try:
    erppeek.Client(sys.argv[1] + '/xmlrpc', 'demo', 'ann', 'wrong')
except erppeek.Error as error:
    print('refused', error)
