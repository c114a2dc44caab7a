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


def answer_of(language, text):
    """The result that the lines print when they are run."""
    command, given = {
        'curl': (['bash', '-c', text], ''), 'Python': ([sys.executable, '-c', text], ''),
        'PHP': (['php'], text), 'JavaScript': (['node', '--input-type=module'], text),
    }[language]
    program = 'curl' if language == 'curl' else command[0]
    if not shutil.which(program):
        (pytest.skip if language == 'JavaScript' else absent)('There is no %s here.' % program)
    given += MORE.get(language, '')
    done = subprocess.run(command, input=given.encode(), stdout=subprocess.PIPE, timeout=30,
                          env={**os.environ, 'PYTHONUTF8': '1', 'no_proxy': '*'}, check=True)
    said = done.stdout.decode('utf-8')
    if language in MORE:
        return json.loads(said.splitlines()[-1])
    return ast.literal_eval(said) if language == 'Python' else xmlrpc.client.loads(said)[0][0]
