from xmlrpcgi import Fault


class Application:
    def login(self, params: dict):
        if params.get('password') != 'secret':
            raise Fault(300, 'the login or password is not valid')
        return {'id': 7, 'token': '7-token'}

    def get(self, params: dict):
        return {'users': [{'id': 7, 'name': name, 'email': name, 'can_login': True}
                          for name in params['names']]}
