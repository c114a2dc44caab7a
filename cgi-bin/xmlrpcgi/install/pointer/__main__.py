"""The command line of the version in force."""
import os
import runpy
import sys

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
runpy.run_module('xmlrpcgi', run_name='__main__', alter_sys=True)
