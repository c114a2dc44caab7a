"""The tests: pure, dispatch, script as a process, real servers.  See conftest.py."""
