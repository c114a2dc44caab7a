"""The methods that can be called: system.*, argument types, names, @allow."""
