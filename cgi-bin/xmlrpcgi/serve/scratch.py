"""The script that the small server starts.

It is rpc.cgi beside this package. Where pip installed the package, a copy of both serves in a
temporary folder: the interpreter of this process is to run it, and calls write byte-code beside
the program, which pip would leave behind.
"""

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager

from ..install.bundle import CGI_BIN, IS_WHEEL, PACKAGE, cgi_script
from ..install.doors import Interpreter, render


@contextmanager
def script(path=None):
    """Give the path of the script: `path` (str), or where that is None the usual one."""
    if path is not None or not IS_WHEEL:
        yield path or os.path.join(CGI_BIN, 'rpc.cgi')
        return
    with tempfile.TemporaryDirectory(prefix='xmlrpcgi-') as folder:
        python = Interpreter(sys.executable)
        made = os.path.join(folder, 'rpc.cgi')
        with open(made, 'wb') as file:
            file.write(render(cgi_script(CGI_BIN, bool(python.refusal())), python, ''))
        os.chmod(made, 0o700)           # noqa: S103  this user's alone
        shutil.copytree(PACKAGE, os.path.join(folder, 'xmlrpcgi'))
        yield made
