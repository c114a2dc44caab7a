"""The wheel that pip installs, and the build backend that pip finds in pyproject.toml (PEP 517).

The wheel has the package as the archives have it, byte for byte. What lies beside the package there
(rpc.cgi and its like, the example, Apache's configuration) is in the wheel's xmlrpcgi/_bundle,
where `xmlrpcgi install` and `xmlrpcgi serve` look for it (cgi-bin/xmlrpcgi/install/bundle.py).

The format is that of "Binary distribution format" at packaging.python.org.
"""

import base64
import hashlib
from pathlib import Path

import dist

PACKAGE = 'cgi-bin/xmlrpcgi/'
BUNDLE = 'xmlrpcgi/_bundle/'
BESIDE = 'cgi-bin/', 'lib/', 'apache/'
METADATA = '''\
Metadata-Version: 2.1
Name: xmlrpcgi
Version: %s
Summary: XML-RPC for any Apache that can run a CGI script
License: MIT
License-File: LICENSE
Keywords: xml-rpc,cgi,fastcgi,wsgi,apache
Classifier: Development Status :: 5 - Production/Stable
Classifier: Environment :: Web Environment
Classifier: Intended Audience :: Developers
Classifier: License :: OSI Approved :: MIT License
Classifier: Operating System :: POSIX
Classifier: Programming Language :: Python :: 3
Classifier: Programming Language :: Python :: 3 :: Only
Classifier: Topic :: Internet :: WWW/HTTP :: Dynamic Content :: CGI Tools/Libraries
Classifier: Topic :: Internet :: WWW/HTTP :: WSGI :: Application
Requires-Python: >=3.6
Description-Content-Type: text/markdown

%s'''
WHEEL = '''\
Wheel-Version: 1.0
Generator: xmlrpcgi
Root-Is-Purelib: true
Tag: py3-none-any
'''
COMMANDS = '''\
[console_scripts]
xmlrpcgi = xmlrpcgi.__main__:program
'''


def entries(top=dist.TOP):
    """[(name, mode, bytes)] of what is in the wheel."""
    number, info = dist.version(top), dist.stem(top) + '.dist-info/'
    files = []
    for name, mode, data in dist.entries(top):
        if data is None:
            continue
        if name.startswith(PACKAGE):
            files.append(('xmlrpcgi/' + name[len(PACKAGE):], mode, data))
        elif name.startswith(BESIDE):
            files.append((BUNDLE + name, mode, data))
    readme = (top / 'README.md').read_text(encoding='utf-8')
    for name, text in {
            'METADATA': METADATA % (number, readme), 'WHEEL': WHEEL, 'entry_points.txt': COMMANDS,
            'LICENSE': (top / 'LICENSE').read_text(encoding='utf-8')}.items():
        files.append((info + name, 0o644, text.encode()))
    record = [_recorded(name, data) for name, _, data in files] + ['%sRECORD,,' % info]
    return files + [(info + 'RECORD', 0o644, ('\n'.join(record) + '\n').encode())]


def _recorded(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')
    return '%s,sha256=%s,%d' % (name, digest, len(data))


def name(top=dist.TOP):
    """The name of the wheel's file."""
    return dist.stem(top) + '-py3-none-any.whl'


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Write the wheel, for pip; return its name."""
    data = dist.zipped(entries(), dist.moment())
    (Path(wheel_directory) / name()).write_bytes(data)
    return name()
