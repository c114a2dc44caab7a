"""Plays OpenNebula: answers are [success, value or text, code]."""

USER = '''<USER><ID>0</ID><GID>0</GID><GROUPS><ID>0</ID></GROUPS><GNAME>oneadmin</GNAME>
<NAME>ann &amp; bob</NAME><PASSWORD>x</PASSWORD><AUTH_DRIVER>core</AUTH_DRIVER>
<ENABLED>1</ENABLED><TEMPLATE></TEMPLATE></USER>'''


class Application:
    def info(self, session: str, number: int, decrypt: bool = False):
        if session != 'ann:secret':
            return [False, 'not logged in', 0x0100]
        if number:
            return [False, 'no user %d' % number, 0x0400]
        return [True, USER, 0]
