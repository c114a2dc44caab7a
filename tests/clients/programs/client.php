<?php
// PHP's extension xmlrpc, over PHP's own HTTP.  It works on bytes, so its text is UTF-8 as it is.
$url = $argv[1];
const OPTIONS = ['encoding' => 'utf-8', 'escaping' => ['markup']];

function call($method, ...$params)
{
    global $url;
    $body = xmlrpc_encode_request($method, $params, OPTIONS);
    $context = stream_context_create(['http' => [
        'method' => 'POST', 'header' => 'Content-Type: text/xml', 'content' => $body]]);
    $answer = file_get_contents($url, false, $context);
    if ($answer === false) {
        exit(1);
    }
    return xmlrpc_decode($answer, 'utf-8');
}

function show($value)
{
    if ($value === null) return 'null';
    if (is_bool($value)) return $value ? 'true' : 'false';
    if (is_int($value)) return (string) $value;
    if (is_float($value)) return sprintf('%.8F', $value);
    if (is_string($value)) return '"' . str_replace("\n", '\n', $value) . '"';
    if (is_object($value) && $value->xmlrpc_type === 'base64') return 'x' . bin2hex($value->scalar);
    if (is_object($value)) return '@' . $value->scalar;
    if (array_is_list($value)) return '[' . implode(', ', array_map('show', $value)) . ']';
    ksort($value);
    $members = [];
    foreach ($value as $name => $item) {
        $members[] = "$name: " . show($item);
    }
    return '{' . implode(', ', $members) . '}';
}

function fault($name, $answer)
{
    if (!is_array($answer) || !xmlrpc_is_fault($answer)) {
        echo "$name\t\t", show($answer), "\n";
        return;
    }
    echo "$name\t\tfault $answer[faultCode] $answer[faultString]\n";
}

$binary = "\0\1\2\xff";
xmlrpc_set_type($binary, 'base64');
$date = '19980717T14:08:55';
xmlrpc_set_type($date, 'datetime');
foreach ([
    'int' => 7,
    'negative' => -2147483648,
    'true' => true,
    'false' => false,
    'markup' => 'a <b> & "c" ]]> d',
    'unicode' => 'Grüße, 日本',
    'beyond the BMP' => '😀',
    'empty' => '',
    'spaces' => "  two\nlines  ",
    'double' => -1.25,
    'base64' => $binary,
    'date' => $date,
    'array' => [1, 'two', [3]],
    'no items' => [],
    'struct' => ['name' => 'x & y', 'n' => 1],
    'nested' => ['list' => [['a' => [true, ['b' => 1]]]], 'name' => ''],
    'large' => str_repeat('x<', 50000),
] as $name => $value) {
    $answer = call('interop.echo', $value);
    echo "$name\t", call('interop.show', $value), "\t", show($answer), "\n";
}
foreach (['whole double', 'tiny', 'apostrophes'] as $name) {
    echo "give $name\t\t", show(call('interop.give', $name)), "\n";
}
fault('fault', call('interop.fail'));
fault('unknown method', call('interop.nothing'));
fault('wrong arguments', call('interop.add', 1));
fault('crash', call('interop.crash'));
$methods = array_filter(call('system.listMethods'), fn($name) => str_contains($name, 'interop.'));
echo "methods\t\t", implode(' ', $methods), "\n";
$results = call('system.multicall', [
    ['methodName' => 'interop.add', 'params' => [1, 2]],
    ['methodName' => 'interop.fail', 'params' => []]]);
echo "multicall\t\t", show($results[0][0]), "\n";
fault('multicall fault', $results[1]);
