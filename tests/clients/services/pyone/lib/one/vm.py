class Application:
    def allocate(self, session: str, template: str, pending: bool = False):
        return [True, 42, 0] if 'CPU' in template else [False, 'no CPU', 0x2000]
