"""Plays a remote library of Robot Framework: names without a dot."""

KEYWORDS = {'join words': (['*words'], 'Joins words.'), 'fail now': ([], 'Fails.')}


class Application:
    def get_keyword_names(self):
        return sorted(KEYWORDS)

    def get_keyword_arguments(self, name: str):
        return KEYWORDS[name][0]

    def get_keyword_documentation(self, name: str):
        return KEYWORDS.get(name, ('', 'A library.'))[1]

    def get_keyword_tags(self, name: str):
        return []

    def run_keyword(self, name: str, args: list, kwargs: dict = {}):  # noqa: B006  not changed
        if name == 'fail now':
            return {'status': 'FAIL', 'error': 'as told', 'traceback': ''}
        return {'status': 'PASS', 'output': 'joining\n', 'return': ' '.join(args)}
