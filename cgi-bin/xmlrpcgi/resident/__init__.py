"""Long-running processes: the FastCGI worker and its protocol, changed files, upgrades."""
