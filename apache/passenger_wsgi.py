"""xmlrpcgi under Passenger: for cPanel's "Setup Python App", and other hosts that have it.

Copy this file into the application's folder ("Application root") as the startup file.  If the panel
made one of that name, replace it.  Callers use the Application URL; where that is the domain alone,
they use /xmlrpc/ or /RPC2.  Restart the application once.
"""
import os
import sys

CGI_BIN = ''    # the folder that xmlrpcgi/ is in; empty: this one, or cgi-bin in it or beside it
LIB = ''        # the folder of your classes; empty: lib beside CGI_BIN, or in this folder

HERE = os.path.dirname(os.path.abspath(__file__))


def find(folders, name):
    """Return the first of the folders that has `name`; relative paths start at this file."""
    folders = [os.path.normpath(os.path.join(HERE, folder)) for folder in folders]
    for folder in folders:
        if os.path.isdir(os.path.join(folder, name)):
            return folder
    raise RuntimeError('passenger_wsgi.py finds no folder %s in %s: name it in line 10 or 11'
                       % (name, ' or '.join(folders)))


CGI_BIN = find([CGI_BIN] if CGI_BIN else ['', 'cgi-bin', '../cgi-bin'], 'xmlrpcgi')
LIB = find([LIB], '') if LIB else find([os.path.join(CGI_BIN, '..'), ''], 'lib') + '/lib'
sys.path.insert(0, CGI_BIN)
try:
    from xmlrpcgi.wsgi import Application
finally:
    sys.path.remove(CGI_BIN)
application = Application(LIB)
