"""problems: what can be wrong with an address, each with its id, its sentence and its remedy."""

# id: (sentence, remedy); verdict.py fills the %(...)s in.
PROBLEMS = {
    'shown-as-text': (
        'The script is shown as text: the server does not run it, and its source is public.',
        'put "AddHandler cgi-script .cgi" and "Options +ExecCGI" into the .htaccess of its '
        'folder (apache/htaccess.sample), or move it to the folder that the host names for CGI '
        'scripts; on your own Debian or Ubuntu: a2enmod cgid'),
    'downloaded': (
        'The script is offered as a download (%(type)s) instead of being run.',
        'put "AddHandler cgi-script .cgi" and "Options +ExecCGI" into the .htaccess of its '
        'folder (apache/htaccess.sample), or move it to the folder that the host names for CGI '
        'scripts; on your own Debian or Ubuntu: a2enmod cgid'),
    'forbidden': (
        'The server forbids the address (403%(words)s): CGI is not allowed in this folder, a '
        '"Require" or "Deny" line closes it, or its user may not enter the folder.',
        'on the host: chmod 755 on the folder and on rpc.cgi, "Options +ExecCGI" in the '
        '.htaccess of the folder, no deny line for it there; or move the script to the folder '
        'that the host names for CGI scripts'),
    'user-agent': (
        'The server forbids programs and lets browsers in (403 goes away with a browser\'s '
        'User-Agent): a firewall of the host looks at that header.',
        'ask the host to take this address out of the rule, or have callers send another '
        'User-Agent'),
    'blocked': (
        'A firewall in front of the script answers calls by a page of its own (%(status)s'
        '%(words)s): %(why)s.',
        'ask the host to switch ModSecurity (or what it uses) off for this address; its log '
        'names the rule'),
    'failing': (
        'The script fails (500%(words)s). The six usual causes: others than the '
        'owner may write to rpc.cgi or its folder, or rpc.cgi is not executable; it was uploaded '
        'with Windows line ends or a byte order mark; its first line names a Python that is not '
        'there; the line LIB is not Python (it begins at the margin and has quotes, like '
        'LIB = \'~/xmlrpcgi/lib\'); a line in .htaccess is not allowed by the host; the host '
        'ended it, by a limit on memory or processes.',
        'on the host: python3 cgi-bin/xmlrpcgi check names the cause; without a shell: chmod 755 '
        'on the folder and on rpc.cgi, upload again in binary mode, open rpc-sh.cgi in its place, '
        'which finds Python itself, and read the error log'),
    'htaccess': (
        'Every address in this folder fails (500), the script or not: a line of .htaccess is '
        'not allowed by the host, or misspelt.',
        'the host\'s error log names the line: put a # before it; to be sure, rename .htaccess '
        'and try again'),
    'cannot-start': (
        'The script starts and says that it cannot work: %(said)s.',
        '%(said)s'),
    'settings': (
        'The script runs, and refuses its settings: %(said)s.',
        'on the host: python3 cgi-bin/xmlrpcgi check names the line of lib/settings.py'),
    'no-lib': (
        'The script runs and finds no folder of classes: %(said)s.',
        'put the folder lib beside the folder of rpc.cgi, or name it in LIB in rpc.cgi'),
    'missing': (
        'There is nothing at %(path)s (404%(words)s).',
        'check the address; usual ones are /cgi-bin/rpc.cgi, /xmlrpc/ and /RPC2'),
    'elsewhere': (
        'No calls are answered at %(path)s (%(status)s), but at %(elsewhere)s.',
        'call that address'),
    'login': (
        'The server asks for a user and a password (401).',
        'add --user NAME'),
    'login-refused': (
        'The server does not accept this user and password (401).',
        'check both; the lines of apache/rpc.conf show how they are set up'),
    'token': (
        'The server asks for a token (401).',
        'add --token-file FILE'),
    'token-refused': (
        'The server does not accept this token (401).',
        'check it, and its last day: token list'),
    'redirected': (
        'Calls are redirected to %(target)s (%(status)s): clients repeat them as a GET, without '
        'the call, or give up.',
        'give out that address; or have the host rewrite internally, without [R]'),
    'to-https': (
        'Calls to http:// are redirected to %(target)s (%(status)s): clients repeat them as a '
        'GET, without the call, or give up.',
        'give out the https:// address'),
    'overloaded': (
        'The host refuses for lack of resources (%(status)s%(words)s): a limit on processes or '
        'memory of this account, or maintenance.',
        'try again later; if it stays, ask the host which limit was reached'),
    'rate-limited': (
        'There were more calls than a rate limit allows (429%(words)s), of this program or of the '
        'host.',
        'wait a minute and check again; if this program refused, see MAX_CALLS_PER_MINUTE in '
        'lib/settings.py'),
    'late': (
        'The server gave up waiting for the script (%(status)s%(words)s).',
        'see the error log; a call has to end before the time-out of the host'),
    'no-post': (
        'What is at %(path)s does not take calls (405%(words)s): it is not a script.',
        'check the address; if it is the script\'s, the server does not run it: put "AddHandler '
        'cgi-script .cgi" and "Options +ExecCGI" into .htaccess'),
    'listing': (
        'The address is that of a folder, and the server lists its files to everybody.',
        'give the address of the script, with rpc.cgi at its end, and put "Options -Indexes" '
        'into the .htaccess of the folder'),
    'traceback': (
        'The script answers with a Python traceback to everybody: %(said)s.',
        'take "cgitb" and the like out of the script; on the host: python3 cgi-bin/xmlrpcgi '
        'check'),
    'wrong-page': (
        'A web page answers%(words)s, not a script: this is not the address for calls.',
        'check the address; usual ones are /cgi-bin/rpc.cgi, /xmlrpc/ and /RPC2'),
    'empty': (
        'The answer is empty: the script ended before it wrote one.',
        'see the error log; a memory limit of the host, or os._exit in a class, does this'),
    'refused': (
        'The server refuses the call (%(status)s%(words)s).',
        'see the error log of the host'),
    'not-xmlrpc': (
        'The answer is not XML-RPC: it begins with %(said)s.',
        'check the address; the script must not write anything but its answer'),
}
