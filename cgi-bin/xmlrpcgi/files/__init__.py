"""What is asked about files that decide who may do what: settings.py and the file of tokens."""
