"""Public folders: those that a web server shows to the world, known by their names."""

import os
import re

# The names that hosts and distributions give to document roots.
_NAMES = re.compile(r'public_html|public_ftp|www|web|htdocs|httpdocs|httpsdocs|html|wwwroot'
                    r'|webroot|public')


def document_root(path):
    """Return the folder that a web server shows to the world and that holds `path`, or None.

    /var/www itself is not one: distributions have document roots and cgi-bin in it.
    """
    parts = os.path.realpath(path).split(os.sep)
    for at, part in enumerate(parts):
        if _NAMES.fullmatch(part) and parts[:at + 1] != ['', 'var', 'www']:
            return os.sep.join(parts[:at + 1])
    return None
