"""The small HTTP server of `make run`."""
