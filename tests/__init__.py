"""The tests: README.md says how they are ordered and run.  Fixtures are in conftest.py."""
