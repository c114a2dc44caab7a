"""Typed clients, written as source in other people's languages: one module per language.

Each has `source(contract, url)`, which returns the text of a file, the same for the same contract.
Everything that a server says ends up in it as a quoted string, in a comment or as an identifier
that naming.py has made, so that no server can put code into a client.
"""
