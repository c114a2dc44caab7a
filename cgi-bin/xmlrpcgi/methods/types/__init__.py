"""Type hints: their text, what each kind of them means, and what is made of what comes."""
