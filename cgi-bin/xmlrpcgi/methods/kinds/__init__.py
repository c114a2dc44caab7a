"""What type hints for classes and for several values mean, and what is made of what comes."""
