"""The command line: one module per command, named like it, and what they share."""
