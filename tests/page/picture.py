"""The picture of the page in README.md: `python3 -m tests.page.picture [FILE]` (`make picture`).

Serves the class that README.md shows with the small server, fills in the form of its first method
in a headless Chromium, makes the call, and writes what the window shows to docs/page.png.
"""

import base64
import sys
import tempfile
from pathlib import Path

from tests.documents import TOP, blocks, section
from tests.page.browser import Browser, missing
from tests.page.form import Form
from tests.tools import servers

SIZE = 1000, 960         # of the window, in pixels
LIMIT = 150000          # bytes of the file


def main(args):
    target = Path(args[0] if args else TOP / 'docs' / 'page.png')
    if missing():
        sys.exit(missing())
    with tempfile.TemporaryDirectory(prefix='xmlrpcgi-') as folder:
        lib = Path(folder) / 'lib'
        lib.mkdir()
        source = blocks(section('README.md', 'Your class'), 'python')[0]
        (lib / 'orders.py').write_text(source.replace('/home/me/data', folder), encoding='utf-8')
        with servers.start('embedded', lib=lib) as server, Browser() as browser:
            picture = taken(browser, server.url + '/xmlrpc/')
    if len(picture) > LIMIT:
        sys.exit('The picture has %d bytes, more than %d.' % (len(picture), LIMIT))
    target.write_bytes(picture)
    print('%s  %d bytes' % (target, len(picture)))


def taken(browser, address):
    """The picture (PNG, bytes) of the page after a call of orders.create."""
    browser.protocol('Emulation.setDeviceMetricsOverride', width=SIZE[0], height=SIZE[1],
                     deviceScaleFactor=1, mobile=False)
    browser.protocol('Emulation.setScrollbarsHidden', hidden=True)
    browser.open(address)
    form = Form(browser, 'orders.create')
    form.fill('Ann')
    browser.fill(form.part(2, '.row .field:nth-of-type(1) textarea'), 'tea')
    browser.fill(form.part(2, '.row .field:nth-of-type(2) input[type=number]'), '2')
    for number in '1', '2':         # the first call also compiles the class and makes its tables
        if form.call() != number:
            sys.exit('Call %s shows %r.' % (number, browser.text(form.at + '.result')))
    browser.script('document.activeElement.blur(); scrollTo(0, 0)')
    picture = browser.protocol('Page.captureScreenshot', format='png')
    return base64.b64decode(picture['data'])


if __name__ == '__main__':
    main(sys.argv[1:])
