"""Robot Framework's Remote library: lists keywords, runs one that passes and one that fails."""

import sys

from robot.libraries.Remote import Remote

remote = Remote(sys.argv[1] + '/RPC2')
print(remote.get_keyword_names())
print(remote.get_keyword_arguments('join words'), remote.get_keyword_documentation('join words'))
print(remote.run_keyword('join words', ['a', 'ü & <b>'], {}))
try:
    remote.run_keyword('fail now', [], {})
except Exception as error:
    print('failed', error)
