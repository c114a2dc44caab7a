"""What rpc.cgi says when somebody runs it in a shell: what it is, and how to try it."""

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
