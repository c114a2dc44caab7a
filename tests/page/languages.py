"""The lines that the page shows for other languages, run by those."""

import ast
import json
import os
import shutil
import subprocess
import sys
import xmlrpc.client

import pytest

from tests.page.conftest import absent

# Put behind the lines: their result as JSON, on a line of its own.
MORE = {'PHP': '\necho "\\n", json_encode($result);',
        'JavaScript': '\nconsole.log(JSON.stringify(result, (_, value) => '
                      "typeof value === 'bigint' ? Number(value) : "
                      'value instanceof Uint8Array ? {bytes: [...value]} : value));'}


def run(language, text):
    """Run the lines; return the CompletedProcess, with all that they say in its stdout (str)."""
    command, given = {
        'curl': (['bash', '-c', text], ''), 'Python': ([sys.executable, '-c', text], ''),
        'PHP': (['php'], text), 'JavaScript': (['node', '--input-type=module'], text),
    }[language]
    program = 'curl' if language == 'curl' else command[0]
    if not shutil.which(program):
        (pytest.skip if language == 'JavaScript' else absent)('There is no %s here.' % program)
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding='utf-8', timeout=30,
                          env={**os.environ, 'PYTHONUTF8': '1', 'no_proxy': '*'})


def answer_of(language, text):
    """The result that the lines print when they are run."""
    done = run(language, text + MORE.get(language, ''))
    assert done.returncode == 0, done.stdout
    if language in MORE:
        return json.loads(done.stdout.splitlines()[-1])
    return ast.literal_eval(done.stdout) if language == 'Python' else \
        xmlrpc.client.loads(done.stdout)[0][0]
