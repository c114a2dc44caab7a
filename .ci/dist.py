"""The files of a release: `python3 .ci/dist.py [FOLDER]` (`make dist`), with Python alone.

Writes the wheel for pip (see wheelfile.py), and, to be uploaded,
xmlrpcgi-VERSION.zip and .tar.gz with the same files: FILES below, and no others, so
that what lies about in lib/ stays at home. They hold one folder, xmlrpcgi-VERSION: unpacked in
a site's top folder, no file of ours gets among those of the site or replaces one.

Each module of the program gets one more line, its last, with a name for all of these files: where
an upload is under way, so that there are files of two versions, calls say so (see `_belongs` in
cgi-bin/xmlrpcgi/__init__.py).

The same sources give the same bytes: the files are sorted, belong to nobody in particular,
have modes of their own and one time, SOURCE_DATE_EPOCH or the last commit's.
"""

import gzip
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path, PurePosixPath

TOP = Path(__file__).resolve().parent.parent
FILES = {
    # pattern in the repository: folder in the archive
    'cgi-bin/*.cgi': 'cgi-bin',
    'cgi-bin/rpc.fcgi': 'cgi-bin',
    'cgi-bin/rpc.wsgi': 'cgi-bin',
    'cgi-bin/xmlrpcgi/.htaccess': 'cgi-bin/xmlrpcgi',
    '.htaccess': '',
    'lib/app.py': 'lib',
    'lib/.htaccess': 'lib',
    'apache/rpc.conf': 'apache',
    'apache/fcgid.conf': 'apache',
    'apache/wsgi.conf': 'apache',
    'apache/passenger_wsgi.py': 'apache',
    'apache/nginx.conf': 'apache',
    'apache/lighttpd.conf': 'apache',
    'apache/balancer.conf': 'apache',
    'apache/Dockerfile': 'apache',
    'apache/compose.yaml': 'apache',
    'apache/httpd.conf': 'apache',
    'apache/start.sh': 'apache',
    'apache/health.py': 'apache',
    'apache/htaccess.sample': 'apache',
    'apache/cpanel.yml': 'apache',
    'apache/fail2ban-xmlrpcgi.conf': 'apache',
    'apache/INSTALL.txt': '',
    'README.md': '',
    'docs/*.md': 'docs',
    'docs/page.png': 'docs',
    'CHANGES.md': '',
    'SECURITY.md': '',
    'LICENSE': '',
}
PROGRAM = '.py', '.css', '.js', '.html', '.sh', '.php'     # of the package
# These are run or copied, and never imported as modules of the package.
ALONE = '__main__.py', 'client/stubs/runtime.py', 'install/pointer/'
UNNAMED = b"\n_files = ''     #"       # in the package's __init__.py
LAST_LINE = "if __package__: __import__('xmlrpcgi')._belongs(%r)       # from make dist\n"
RUN = '.cgi', '.fcgi'        # what a web server starts
EARLIEST = 315532800        # 1980-01-01: a zip knows no time before it


class DistError(Exception):
    """There can be no archive; the text says why."""


def version(top=TOP):
    text = (top / 'cgi-bin' / 'xmlrpcgi' / '__init__.py').read_text(encoding='utf-8')
    return re.search(r"^__version__ = '([\w.+]+)'$", text, re.M).group(1)


def entries(top=TOP):
    """[(name, mode, bytes)], sorted; a folder's name ends in a slash, its bytes are None."""
    found = {}
    patterns = dict(FILES)
    for path in sorted((top / 'cgi-bin' / 'xmlrpcgi').rglob('*')):
        if path.suffix in PROGRAM and '__pycache__' not in path.parts:
            name = path.relative_to(top)
            patterns[str(name)] = str(name.parent)
    for pattern, folder in patterns.items():
        paths = sorted(top.glob(pattern))
        if not paths:
            raise DistError('There is no %s.' % pattern)
        for path in paths:
            data = path.read_bytes()
            if path.suffix != '.png' and (b'\r' in data or data.startswith(b'\xef\xbb\xbf')):
                raise DistError('%s has carriage returns or a byte order mark: a script with '
                                'them does not start.' % path.relative_to(top))
            name = '%s/%s' % (folder, path.name) if folder else path.name
            found[name] = (0o755 if path.suffix in RUN else 0o644, data)
            for parent in list(PurePosixPath(name).parents)[:-1]:
                found['%s/' % parent] = (0o755, None)
    return named([(name, *found[name]) for name in sorted(found)], version(top))


def named(files, number):
    """`entries` whose modules say in their last lines to which files they belong."""
    package = 'cgi-bin/xmlrpcgi/'
    digest = hashlib.sha256()
    for name, _, data in files:
        if name.startswith(package) and data is not None:
            digest.update(b'%s\0%d\0%s' % (name.encode(), len(data), data))
    identity = '%s-%s' % (number, digest.hexdigest()[:8])
    result = []
    for name, mode, data in files:
        inside = name[len(package):]
        if name == package + '__init__.py':
            if data.count(UNNAMED) != 1:
                raise DistError('%s has no line %r.' % (name, UNNAMED.decode().strip()))
            data = data.replace(UNNAMED, UNNAMED.replace(b"''", repr(identity).encode()))
        elif name.startswith(package) and name.endswith('.py') and not inside.startswith(ALONE):
            data += (LAST_LINE % identity).encode()
        result.append((name, mode, data))
    return result


def stem(top=TOP):
    """The name of the one folder in the archives, and of these without their ends."""
    return 'xmlrpcgi-%s' % version(top)


def packed(top=TOP):
    """`entries` as they are in the archives: in one folder."""
    folder = stem(top) + '/'
    return [(folder, 0o755, None)] + [(folder + name, mode, data)
                                      for name, mode, data in entries(top)]


def moment(top=TOP):
    """The time of all files, in seconds since 1970."""
    given = os.environ.get('SOURCE_DATE_EPOCH')
    if not given:
        try:
            done = subprocess.run(['git', '-C', str(top), 'log', '-1', '--format=%ct'],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            given = done.stdout.decode().strip() or EARLIEST
        except FileNotFoundError:       # no git here
            given = EARLIEST
    try:
        return max(int(given), EARLIEST)
    except ValueError:
        raise DistError('SOURCE_DATE_EPOCH is %r; it takes seconds since 1970.' % given)


def zipped(files, seconds):
    """The bytes of a zip. Its entries carry Unix modes; unzip and control panels set them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as archive:
        for name, mode, data in files:
            info = zipfile.ZipInfo(name, time.gmtime(seconds)[:6])
            info.create_system = 3          # Unix
            kind = 0o040000 if data is None else 0o100000
            info.external_attr = (kind | mode) << 16 | (0x10 if data is None else 0)
            info.compress_type = zipfile.ZIP_STORED if data is None else zipfile.ZIP_DEFLATED
            archive.writestr(info, data or b'')
    return out.getvalue()


def tarred(files, seconds):
    """The bytes of a tar.gz."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT) as archive:
        for name, mode, data in files:
            info = tarfile.TarInfo(name.rstrip('/'))
            info.type = tarfile.DIRTYPE if data is None else tarfile.REGTYPE
            info.mode, info.mtime, info.size = mode, seconds, len(data or b'')
            archive.addfile(info, io.BytesIO(data or b''))
    return gzip.compress(out.getvalue(), 9, mtime=seconds)


def write(folder, top=TOP):
    """Write both archives and the wheel into `folder`; return their paths."""
    import wheelfile  # which imports this module
    files, seconds = packed(top), moment(top)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for suffix, pack in ('.zip', zipped), ('.tar.gz', tarred):
        path = folder / (stem(top) + suffix)
        path.write_bytes(pack(files, seconds))
        paths.append(path)
    paths.append(folder / wheelfile.name(top))
    paths[-1].write_bytes(zipped(wheelfile.entries(top), seconds))
    return paths


def main(args):
    try:
        for path in write(args[0] if args else TOP / 'dist'):
            print('%s  %d bytes' % (os.path.relpath(path), path.stat().st_size))
    except (DistError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
