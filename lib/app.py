"""The example: its methods are called as app.getName and so on."""


class Application:
    """Replace this class by yours, or put another file beside this one."""

    def getName(self):
        """Return the name of this application."""
        return 'example'
