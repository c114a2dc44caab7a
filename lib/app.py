"""The example: callers reach its methods as app.getName and app.add."""


class Application:
    """Replace this class with your own, or put another file beside this one."""

    def getName(self):
        """Return the name of this application."""
        return 'example'

    def add(self, a: int, b: int = 1) -> int:
        """Return the sum of two numbers."""
        return a + b
