"""Phusion Passenger in the machine's own Apache, with apache/passenger_wsgi.py.

The application is the whole site, as cPanel's "Setup Python App" makes it with an Application
URL that is only a domain: cgi-bin, lib and the startup file are in one folder.
"""

import glob
import os
import shutil
import time

from .apache import Apache, find
from .base import APACHE
from .process import STOP_SECONDS, service_user

LOCATIONS = ('/usr/lib/ruby/vendor_ruby/phusion_passenger/locations.ini',
             '/usr/share/passenger/phusion_passenger/locations.ini')
PYTHON = '/usr/bin/python3'
PROCESSES = 4
CONFIGURATION = '''
LoadModule passenger_module "%(modules)s/mod_passenger.so"
PassengerRoot "%(root)s"
PassengerInstanceRegistryDir "%(temp)s/passenger"
PassengerUserSwitching Off
%(user)s
PassengerDisableSecurityUpdateCheck On
PassengerDisableAnonymousTelemetry On
PassengerMaxPoolSize %(processes)d
PassengerMinInstances 1
PassengerAppRoot "%(app)s"
PassengerAppType wsgi
PassengerStartupFile passenger_wsgi.py
PassengerPython "%(python)s"
PassengerFriendlyErrorPages Off
Timeout 60
LimitRequestBody 67108864
LogFormat "%%h %%l %%u %%t \\"%%r\\" %%>s %%B method=%%{X-RPC-Method}o fault=%%{X-RPC-Fault}o \
script_us=%%{X-RPC-Time-Us}o total_us=%%D" xmlrpc
CustomLog "%(temp)s/rpc.log" xmlrpc
'''


class Passenger(Apache):
    kind = 'passenger'
    needs = ('mod_passenger', 'mod_cgid')
    defines = {'DOOR_PASSENGER': 'yes'}

    @classmethod
    def missing(cls, python=None):
        why = super().missing(python)
        if why is None and cls._locations() is None:
            why = 'There is no locations.ini of Passenger here (Debian: passenger).'
        return why

    @staticmethod
    def _locations():
        return next(filter(os.path.exists, LOCATIONS), None)

    def _prepare(self, bundle):
        super()._prepare(bundle)
        app = self._path('app')
        os.mkdir(app, 0o755)
        os.mkdir(self._path('passenger'), 0o755)
        if service_user():          # its watchdog runs as that user
            shutil.chown(self._path('passenger'), *service_user())
        shutil.copy(os.path.join(APACHE, 'passenger_wsgi.py'), app)
        os.symlink(bundle.cgi_bin, os.path.join(app, 'cgi-bin'))
        if bundle.lib:
            os.symlink(bundle.lib, os.path.join(app, 'lib'))

    def _more(self, bundle):
        return CONFIGURATION % {
            'modules': find()[1], 'root': self._locations(), 'temp': self.temp,
            'user': 'PassengerDefaultUser %s\nPassengerDefaultGroup %s' % service_user()
                    if service_user() else '',
            'processes': PROCESSES, 'app': self._path('app'), 'python': bundle.python or PYTHON}

    def _end(self):
        super()._end()
        # Its watchdog is in a session of its own, and removes this when all has ended.
        deadline = time.monotonic() + STOP_SECONDS
        while self.temp and glob.glob(self._path('passenger/*')) and time.monotonic() < deadline:
            time.sleep(0.02)
