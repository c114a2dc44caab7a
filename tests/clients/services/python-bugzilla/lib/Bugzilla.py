class Application:
    def version(self, params: dict):
        return {'version': '5.0.4'}

    def extensions(self, params: dict):
        return {'extensions': {}}
