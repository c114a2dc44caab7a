"""usage: what rpc.cgi and rpc.fcgi say when somebody runs them in a shell."""

import sys


def explain(package):
    """Print the explanation on stdout. package (str): the folder of this package."""
    sys.stdout.write('''\
rpc.cgi answers XML-RPC calls for a web server, which starts it for each request.
To try it here, start a small web server of its own:

    python3 %s serve

To see that it works as it is, without any server:

    REQUEST_METHOD=GET GATEWAY_INTERFACE=CGI/1.1 %s/../rpc.cgi
''' % (package, package))


def explain_fcgi(script):
    """Print on stdout what rpc.fcgi is and how to start it. script (str): its path."""
    sys.stdout.write('''\
rpc.fcgi answers XML-RPC calls for a web server, which starts it and keeps it running:
apache/fcgid.conf has what Apache's mod_fcgid needs. For other web servers, like nginx,
start it yourself, with as many processes as there may be calls at a time:

    %s --listen /run/xmlrpcgi/rpc.sock --processes 4
    %s --listen 127.0.0.1:9000
''' % (script, script))
