"""xmlrpcgi: XML-RPC for any Apache that can run a CGI script.

What application code may import: `Fault`, to raise; `Handler`, to register
classes and functions by hand.
"""

from .faults import Fault
from .handler import Handler

__all__ = ['Fault', 'Handler']
__version__ = '1.0.0'
