"""Fuzzing: mutated messages of the corpus, given to a Handler in-process or to the commands."""
