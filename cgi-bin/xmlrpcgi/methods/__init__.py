"""What can be called: system.*, argument types, names, @allow."""
