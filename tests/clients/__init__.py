"""Other people's clients against a live server.

programs/       one program a client.  Each is called with the server's address, makes the same
                exchanges with tests/fixtures/lib/interop.py, and prints a line for each:
                name, what the server says that it got, what the client got back (TABs between)
catalog.py      the clients: how to run each, what it cannot do, where its answers differ
packages.txt    the Debian packages they are in
"""
