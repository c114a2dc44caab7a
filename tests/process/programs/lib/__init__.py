from xmlrpcgi import name


class Application:
    def ping(self) -> str:
        return 'pong'

    @name('get-file')
    def get_file(self, path: str) -> bytes:
        return path.encode()
