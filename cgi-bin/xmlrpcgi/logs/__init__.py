"""What log.py needs only where the settings ask for it."""
