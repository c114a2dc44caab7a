"""The lines that the page shows for other languages, run by those."""

import ast
import os
import shutil
import subprocess
import sys
import xmlrpc.client

import pytest

from tests.page.conftest import absent


def answer_of(language, text):
    """The result that the lines print when they are run."""
    command, given = {
        'curl': (['bash', '-c', text], ''), 'Python': ([sys.executable, '-c', text], ''),
        'PHP': (['php'], text), 'JavaScript': (['node', '--input-type=module'], text),
    }[language]
    program = 'curl' if language == 'curl' else command[0]
    if not shutil.which(program):
        (pytest.skip if language == 'JavaScript' else absent)('There is no %s here.' % program)
    done = subprocess.run(command, input=given.encode(), stdout=subprocess.PIPE, timeout=30,
                          env={**os.environ, 'PYTHONUTF8': '1', 'no_proxy': '*'}, check=True)
    said = done.stdout.decode('utf-8')
    return ast.literal_eval(said) if language == 'Python' else xmlrpc.client.loads(said)[0][0]
