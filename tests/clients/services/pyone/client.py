"""pyone: XML within a string, an answer by number, and the errors it knows by code."""

import sys

import pyone

one = pyone.OneServer(sys.argv[1] + '/RPC2', session='ann:secret')
print(one.user.info(0).NAME, one.user.info(0).GNAME)
print(one.vm.allocate({'TEMPLATE': {'CPU': 1}}, False))
for server, number in (one, 5), (pyone.OneServer(sys.argv[1] + '/RPC2', session='eve:x'), 0):
    try:
        server.user.info(number)
    except pyone.OneException as error:
        print(type(error).__name__, error)
