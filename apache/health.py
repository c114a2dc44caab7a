#!/usr/bin/python3 -IS
"""The container's health check: exit status 0 when the server inside gives a good response.

A balancer without a good member (503) is healthy all the same: a restart of it would not help.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

port = os.environ.get('XMLRPCGI_LISTEN', '8080').rpartition(':')[2]
connection = HTTPConnection('127.0.0.1', int(port), timeout=4)
try:
    connection.request('GET', '/xmlrpc/?health')
    status = connection.getresponse().status
except (OSError, HTTPException) as error:
    sys.exit('no answer: %s' % error)
print(status)
sys.exit(not (status == 200 or status == 503 and 'XMLRPCGI_MEMBER_1' in os.environ))
