"""Whether the server can be trusted: `make trust`, see __main__.py."""
