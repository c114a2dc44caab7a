"""The log: whoever has something to say goes through log.py, so that LOG_FORMAT holds for it."""

import re
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / 'cgi-bin' / 'xmlrpcgi'
# They may have to say that log.py does not load: the program is damaged, or is being upgraded.
BY_ITSELF = {'cgi.py', 'handler.py'}


def test_no_other_module_writes_a_line_of_the_log_by_itself():
    found = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob('*.py')
             if re.search(r"\.write\(\s*['\"]xmlrpcgi: ", path.read_text(encoding='utf-8'))}
    assert found - BY_ITSELF == set()


def test_such_a_line_would_be_found():
    assert re.search(r"\.write\(\s*['\"]xmlrpcgi: ", "sys.stderr.write(\n    'xmlrpcgi: no'")
