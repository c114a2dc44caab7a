"""Write the files of kept code; run as a process by the interpreter that will run rpc.cgi.

    PYTHON -IS hotfile.py FOLDER

FOLDER is a package's folder: of this version, or of an older one, which may have no such file.
"""

import os
import sys


def main(folder):
    os.umask(0o22)
    try:
        startup = load(folder)
    except FileNotFoundError:
        return
    if hasattr(startup, 'keep'):        # version 1.0 had none
        startup.keep(folder)
        from xmlrpcgi.wire import scanner
        scanner.keep_expressions(folder, at_once=True)


def load(folder):
    """The module startup of the package in `folder`, whatever name that folder has."""
    from importlib.util import module_from_spec, spec_from_file_location
    package = type(sys)('xmlrpcgi')
    package.__path__ = [folder]
    package._belongs = lambda files: None
    sys.modules['xmlrpcgi'] = package
    spec = spec_from_file_location('xmlrpcgi.startup', os.path.join(folder, 'startup.py'))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == '__main__':
    main(sys.argv[1])
