"""folder: looks at an installation on this machine, without a web server.

In this order: rpc.cgi, or what is there in its place (doors.py); the folders; what the script's
own interpreter makes of program and classes (inspection.py, as a process); a call (trial.py);
then rpc.fcgi and rpc.wsgi.
"""

import json
import os
import subprocess
import sys
from shlex import quote

from ..client.client import one_line
from ..install.bundle import PACKAGE, identity, program
from ..install.doors import PATH
from ..install.versions import Versions
from . import classes, doors, limits, modes, public, tokens, trial
from .finding import FAIL, INFO, OK, WARN, Finding
from .modes import some

_INSPECTION = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'inspection.py')
_SECONDS = 60               # for the import of all classes
# With a problem of one of these ids no call can succeed, and a trial would only say it again.
_STOPS = ('unreadable', 'no-lib', 'damaged', 'package', 'settings', 'no-expat',
          'inspection')


def findings(cgi_bin, progress=lambda what: None):
    """Return the Findings (list) about the folder `cgi_bin` (absolute) and its classes.

    progress: see check.findings.
    """
    progress('the scripts')
    paths = doors.doors(cgi_bin)
    if not paths:
        return modes.barred(os.path.join(cgi_bin, 'rpc.cgi')) or [doors.missing(cgi_bin)]
    script = paths[0]
    of_script, python = doors.look(script, alone=True)
    runs = doors.starts(of_script)
    if os.path.basename(script) != 'rpc.cgi':
        of_script.insert(0, Finding(
            'folders', INFO, 'There is no rpc.cgi in %s, which is right where the web server '
            'does not use CGI; this check looks at %s.'
            % (cgi_bin, ' and '.join(map(os.path.basename, paths)))))
    unread = doors.unread(paths)
    if unread:                          # whatever else is wrong, this is first, and hides the rest
        return unread + of_script
    if not os.access(script, os.R_OK):
        return of_script
    programs = [os.path.join(cgi_bin, 'xmlrpcgi')]
    closed = modes.unreadable(programs)
    if not closed:
        package = package_of(cgi_bin)
        programs += [package] * (package not in programs)
        closed = modes.unreadable(programs)
    if closed:
        return of_script + closed
    if not os.path.isfile(os.path.join(package, '__init__.py')):
        return of_script + [Finding('folders', FAIL, 'The program, %s, is not there.' % package,
                                'cp -R %s %s' % (quote(PACKAGE), quote(
                                    os.path.join(cgi_bin, 'xmlrpcgi'))), 'no-package')]
    lib = doors.lib_of(script)
    found = classes.findings(paths, lib)
    is_closed = any(finding.id == 'unreadable' for finding in found)
    found += public.findings(cgi_bin, lib) + modes.findings(
        cgi_bin, [path for path in paths if not path.endswith('.wsgi')], programs, lib)
    found += _changed(paths, package)
    progress('the classes')
    found += [finding for finding in _inspected(cgi_bin, package, lib, python)
              if not is_closed or finding.id not in ('unreadable', 'no-methods')]
    sound = not any(finding.id in _STOPS for finding in found)
    progress('a call')
    if runs and sound:
        found.append(trial.timed_calls(script) if script.endswith('.cgi')
                     else trial.single_call(script, python or sys.executable))
    others = doors.findings_of_others(paths, python or sys.executable, sound)
    said = [finding.remedy for finding in of_script if finding.id == 'closed-interpreter']
    return of_script + found + [finding for finding in others if finding.remedy not in said]


def package_of(cgi_bin):
    """Return the folder of the program's files in force; see versions.py."""
    versions = Versions(cgi_bin)
    if versions.is_flat() or not os.path.isdir(versions.package):
        return versions.package
    return versions.folder(versions.current()[0])


def _changed(scripts, package):
    """Return the Findings about files that were changed on the way here, or since."""
    files = [os.path.join(package, name) for name in sorted(program(package))
             if name.endswith('.py') and os.path.isfile(os.path.join(package, name))]
    changed = [path for path in scripts + files if _mangled(path, path.endswith('cgi'))]
    if changed:
        return [Finding('files', WARN, 'Windows line ends or byte order marks came into %s: '
                        'uploaded in ASCII mode, or edited. Python reads them, but what else '
                        'was changed is unknown.' % some(changed),
                        "sed -i '1s/^\\xef\\xbb\\xbf//; s/\\r$//' %s $(find %s -name '*.py')"
                        % (' '.join(map(quote, scripts)), quote(package)), 'files-line-ends')]
    version = os.path.basename(package).partition('-')[2]
    if version and identity(program(package)) != version:
        return [Finding('files', WARN, 'Files of the program were changed after they were '
                        'installed in %s.' % package, 'install it again', 'changed')]
    return []


def _mangled(path, is_script):
    try:
        with open(path, 'rb') as file:
            data = file.read()
    except OSError:
        return False
    if is_script:                           # script.py reports on its first line
        first, _, data = data.partition(b'\n')
        if first.endswith(b'\r'):
            return False
    return b'\r\n' in data or data.startswith(b'\xef\xbb\xbf')


def _inspected(cgi_bin, package, lib, python):
    """Return the Findings of inspection.py, run by the script's interpreter, or by this one."""
    results, skipped, ended = [], [], []
    while True:
        rows, why = _inspect([
            python or sys.executable, '-IS', _INSPECTION, cgi_bin, package, lib] + skipped)
        results += [row for row in rows if row['result'] in ('class', 'unpublished') or not ended]
        if rows and rows[-1]['result'] == 'end':
            break
        if not rows or rows[-1]['result'] != 'begin':
            return _of_rows(results, lib, package, python, cgi_bin) + [Finding(
                'files', FAIL, 'The program cannot be looked at: %s.' % why,
                'copy the folder xmlrpcgi again', 'inspection')]
        ended.append((rows[-1]['name'], why))
        skipped += [row['name'] for row in rows if row['result'] == 'begin']
    results += [{'result': 'class', 'name': name, 'error': why, 'line': ''} for name, why in ended]
    return _of_rows(results, lib, package, python, cgi_bin)


def _inspect(command):
    """Return (the results, why the process ended) of one run."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env={'PATH': PATH})
    try:
        out, err = process.communicate(timeout=_SECONDS)
        last = err.decode('utf-8', 'replace').strip().split('\n')[-1]
        why = 'the process ends (status %d)%s' % (
            process.returncode, last and ': ' + one_line(last)[:300])
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        why = 'it takes longer than %d seconds' % _SECONDS
    rows = []
    for line in out.decode('utf-8', 'replace').split('\n'):
        try:
            rows.append(json.loads(line))
        except ValueError:
            pass
    return rows, why


def _of_rows(rows, lib, package, python, cgi_bin):
    found = []
    of = {result: [row for row in rows if row['result'] == result]
          for result in ('versions', 'damaged', 'code', 'package', 'settings', 'class',
                         'unpublished')}
    for row in of['versions']:
        found.append(Finding('python', INFO, 'Python %s%s.' % (
            row['python'], ', expat ' + row['expat'] if row['expat'] else ''))
            if row['expat'] else Finding(
                'python', FAIL, 'Python %s lacks expat, which reads XML.' % row['python'],
                'apt-get install python3 (or the like: the whole package, not a -minimal one)',
                'no-expat'))
    denied = [row for row in of['damaged'] if row.get('denied')]
    for row in denied:
        found.append(Finding('modes', FAIL, 'The user of this check may not read %s.' % row['path'],
                             'chmod u+r %s; or run the check as its owner' % quote(row['path']),
                             'unreadable'))
    for row in of['damaged']:
        if row in denied:
            continue
        found.append(Finding('files', FAIL, '%s is damaged: %s.' % (row['path'], row['error'])
                             if row['what'] == 'package' else '%s cannot be read: %s.' % (
                                 row['path'], row['error']),
                             'copy it again, in binary mode', 'damaged'))
    for row in of['package'][:1]:
        if not of['damaged']:
            found.append(Finding('files', FAIL, 'The program does not import: %s.' % row['error'],
                                 'copy the folder xmlrpcgi again, whole', 'package'))
    found += _byte_code(of['code'], package, lib, python or sys.executable)
    for row in of['settings']:
        if row['error']:
            error, _, command = row['error'].partition('; to fix this, run: ')
            error = error[:1].upper() + error[1:] if command else error
            found.append(Finding(
                'settings', FAIL, error if error.endswith('?') else error.rstrip('.') + '.',
                command or 'edit %s' % quote(os.path.join(lib, 'settings.py')), 'settings'))
        else:
            found.append(Finding('settings', OK, 'lib/settings.py is right.' if row['own'] else
                                 'There is no lib/settings.py: the defaults hold.'))
            if row['rate_limits']:
                found += limits.findings(row['rate_limits'], lib)
            if row['tokens']:
                found += tokens.findings(row['tokens'], lib, row['account'])
            if row['log']:
                found += modes.of_log(row['log'])
    return found + _classes(of['class'], lib, cgi_bin, {row['path'] for row in denied}) + [
        Finding('classes', WARN, row['text'] + '.', row['remedy'], 'unpublished')
        if row['likely'] else Finding('classes', INFO, '%s; to change that, %s.'
                                      % (row['text'], row['remedy']))
        for row in of['unpublished']]


def _byte_code(rows, package, lib, python):
    wrong = [row['path'] for row in rows if row['state'] == 'wrong']
    stale = [row['path'] for row in rows if row['state'] in ('stale', 'missing')]
    folders = '%s %s' % (quote(package), quote(lib))
    unreadable = [row for row in rows if row['state'] == 'unreadable']
    if unreadable:
        return [Finding('byte-code', FAIL, 'The byte-code of %s cannot be read: a full disk may '
                        'have cut it short.' % some([row['path'] for row in unreadable]),
                        'rm -f %s' % ' '.join(quote(row['cached']) for row in unreadable),
                        'byte-code-unreadable')]
    if wrong:
        return [Finding('byte-code', FAIL, 'Old code runs in place of %s: its byte-code is of an '
                        'earlier version, and is not checked.' % some(wrong),
                        '%s -m compileall -qf %s' % (quote(python), folders), 'byte-code-wrong')]
    if stale and all(map(_is_compiled_here, stale)):
        return [Finding('byte-code', INFO, 'Byte-code for this Python is missing or out of date '
                        'for %s: the next call that runs as this user writes it.' % some(stale))]
    if stale:
        return [Finding('byte-code', WARN, 'Byte-code for this Python is missing or out of date '
                        'for %s: where the server\'s user may not write it, each call compiles '
                        'anew.' % some(stale),
                        '%s -m compileall -q %s' % (quote(python), folders), 'byte-code')]
    return [Finding('byte-code', OK, 'The byte-code of all %d files is up to date.' % len(rows))
            ] if rows else []


def _is_compiled_here(path):
    """Whether a call by this check's user can write byte-code there. Calls do not run as root."""
    folder = os.path.dirname(path)
    cache = os.path.join(folder, '__pycache__')
    return os.geteuid() != 0 and os.access(cache if os.path.isdir(cache) else folder, os.W_OK)


def _classes(rows, lib, cgi_bin, unread):
    """Return the Findings about classes. unread: the paths that are a finding already."""
    found = []
    for row in rows:
        file = (row['name'] or '__init__').replace('.', '/') + '.py'
        path = os.path.join(lib, file)
        if row['error'] and path not in unread:
            found.append(Finding(
                'classes', FAIL, 'lib/%s does not import, %s called: %s%s.' % (
                    file, 'so its methods cannot be' if row['name']
                    else 'or its register() fails, so no method can be', row['error'].rstrip('.'),
                    ' (lib/%s)' % row['line'] if row['line'] else ''),
                _remedy_of_missing(row['missing'], cgi_bin) if row.get('missing')
                else 'edit %s' % quote(path), 'broken-class'))
    good = [row for row in rows if not row['error'] and (row['methods'] or row['more'])]
    if good:
        found.append(Finding('classes', OK, 'Classes that answer calls: %s.' % ', '.join(
            '%s (%s)' % (row['name'] or 'lib/__init__.py', ' and '.join(
                str(what) for what in (row['methods'], row['more']) if what)) for row in good)))
    elif not found and not unread and os.path.isdir(lib):
        found.append(Finding('classes', WARN, 'No file in %s has a class Application with '
                             'methods: there is nothing to call.' % lib,
                             'put one there, see README.md', 'no-methods'))
    return found


def _remedy_of_missing(module, cgi_bin):
    return ('python3 -m venv ~/venv; ~/venv/bin/pip install %s (or the package that has it); '
            'python3 %s install --cgi-bin %s --python ~/venv/bin/python3' % (
                module, quote(os.path.join(cgi_bin, 'xmlrpcgi')), quote(cgi_bin)))
