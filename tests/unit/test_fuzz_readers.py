"""The comparison of the two readers finds no difference, and would find one."""

import pytest
from xmlrpcgi.wire import scanner

from tests.tools.fuzz import readers


def run(count, capsys):
    """Compare so many times from a fixed seed: (exit status, what was printed, findings)."""
    found = []

    def keep(body, charset, why):
        found.append(body)
        return readers.Path('found.xml')
    status = readers.run(1, 0, count, keep)
    return status, capsys.readouterr().out, found


def test_the_readers_agree(capsys):
    status, said, found = run(5000, capsys)
    assert status == 0 and not found
    assert 'read by both and compared' in said and 'no difference' in said


@pytest.mark.parametrize('name, value', [
    ('_UNCLEAN', b''), ('_UNCLEAN', bytes(range(1, 9))), ('_ENTITIES', (b'&',)),
    ('_is_clean', lambda body: True), ('_string', lambda data: (data or b'').decode('utf-8'))])
def test_a_weak_proof_is_found(monkeypatch, capsys, name, value):
    monkeypatch.setattr(scanner, name, value)
    if name == '_string':
        monkeypatch.setitem(scanner._READERS, b'string', value)
    status, said, found = run(20000, capsys)
    assert status == 1 and len(found) == 1
    assert 'scanner: ' in said and 'ordinary: ' in said


def test_a_message_that_only_the_ordinary_one_reads_is_no_comparison():
    plain = b'<methodCall><methodName>a</methodName></methodCall>'
    assert readers.compare(plain)
    assert not readers.compare(plain.replace(b'<methodName>', b'<methodName >'))
    assert not readers.compare(plain[:-1])
