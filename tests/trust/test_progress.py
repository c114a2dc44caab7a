"""`make trust` takes minutes: it says what it does, on stderr, so that stdout is the outcome."""

from types import SimpleNamespace

from tests.trust import __main__ as trust


def test_each_scenario_is_named_before_it_runs(monkeypatch, capsys):
    seen = []

    def run(scenario, kind, short):
        seen.append(capsys.readouterr().err)
        return 'fine'
    monkeypatch.setattr(trust.scenarios, 'run', run)
    scenario = SimpleNamespace(name='full disk', chosen=lambda short: ['mod_cgid', 'nginx'])
    trust.put_through([scenario], True, None)
    assert seen == ['trust: full disk, mod_cgid ...\n', 'trust: full disk, nginx ...\n']
    assert capsys.readouterr().out.count('fine') == 1       # the first was read above
