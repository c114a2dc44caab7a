"""The errors of commands: the text of each is a sentence for the person at the terminal."""


class ClientError(Exception):
    """There is no result and no fault; the text says why and what to do.

    status (int or None): of the HTTP response, where there was one.
    """

    def __init__(self, text, status=None):
        super().__init__(text)
        self.status = status


class UsageError(Exception):
    """The words on the command line are not what the command takes; the text says what is."""


class NotationError(ValueError):
    """An argument cannot be understood; the text says why and what to write."""


class InstallError(Exception):
    """The program cannot be installed or removed; the text says why and what to do."""


class DoorError(InstallError):
    """This interpreter cannot run rpc.cgi or its like; the text says why and what to do."""


class BundleError(InstallError):
    """A file that belongs to the program is missing; the text says what to do."""
