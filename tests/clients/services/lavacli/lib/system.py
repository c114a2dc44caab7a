"""Plays LAVA, whose methods are in system.* too, and whose system.version decides what is asked."""


class Application:
    def version(self):
        return '2020.08'

    def api_version(self):
        return 3

    def whoami(self, request):
        return request.user or None
