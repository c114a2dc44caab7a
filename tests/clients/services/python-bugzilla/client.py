"""python-bugzilla: version, login, a bug, a search, and a fault."""

import sys
import xmlrpc.client

import bugzilla

server = bugzilla.Bugzilla(sys.argv[1] + '/RPC2', use_creds=False, force_xmlrpc=True)
print(server.bz_ver_major, server.bz_ver_minor)
print(bool(server.login('ann', 'secret')))
found = server.getbug(1)
print(found.id, found.summary, found.status)
print([each.id for each in server.query({'product': 'p'})])
for attempt in (lambda: server.getbug(9)), (lambda: server.login('ann', 'wrong')):
    try:
        attempt()
    except (bugzilla.BugzillaError, xmlrpc.client.Fault) as error:
        print('failed', 'bug #9 does not exist' in str(error) or 'Login failed' in str(error))
