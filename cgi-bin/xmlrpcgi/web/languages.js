// The same call from other languages: each gives what to paste, for a method's name, nodes and XML.

const quoted = (text, ...marks) =>
    `'${marks.reduce((all, [mark, by]) => all.replaceAll(mark, by), text)}'`;
const shell = text => quoted(text, ["'", "'\\''"]);
const withUser = () => !user ? address :
    address.replace('://', () => `://${encodeURIComponent(user)}:PASSWORD@`);
const urlText = url => quoted(url, ["'", '%27']);
const KEYWORD = new Set(('False None True and as assert async await break class continue def del ' +
    'elif else except finally for from global if import in is lambda nonlocal not or pass raise ' +
    'return try while with yield').split(' '));

function python(node, uses) {
    const {type, text} = node, many = items => items.join(', ');
    uses.add(type);
    if (type === 'nil') return 'None';
    if (type === 'boolean') return text === '1' ? 'True' : 'False';
    if (type === 'double') return /^[-+]?\d+$/.test(text) ? `${text}.0` : text;
    if (type === 'string') return JSON.stringify(text);     // Python has the same escapes
    if (type === 'base64') return `b64decode('${text.replace(/[^A-Za-z0-9+/=]/g, '')}')`;
    if (type === 'dateTime.iso8601') {
        return `datetime(${many(text.match(/^\d{4}|\d\d/g).map(Number))})`;
    }
    if (type === 'array') return `[${many(node.items.map(item => python(item, uses)))}]`;
    if (type === 'struct') {
        return `{${many(node.members.map(([name, item]) =>
            `${JSON.stringify(name)}: ${python(item, uses)}`))}}`;
    }
    return text;
}

const PHP_DECODED = `
function decoded($value) {
    foreach ($value->children() as $type => $inside) {
        $all = [];
        switch ($type) {
            case 'array':
                foreach ($inside->data->value as $item) $all[] = decoded($item);
                return $all;
            case 'struct':
                foreach ($inside->member as $member) {
                    $all[(string) $member->name] = decoded($member->value);
                }
                return $all;
            case 'int': case 'i8': return (int) $inside;
            case 'double': return (float) $inside;
            case 'boolean': return (string) $inside === '1';
            case 'nil': return null;
            case 'base64': return base64_decode((string) $inside);
        }
        return (string) $inside;
    }
}`;

const JAVASCRIPT_DECODED = `
function decoded(xml) {     // the answers of this server have no comments and no CDATA
    const tags = [...xml.matchAll(/<(\\/?[\\w.]+)\\/?>([^<]*)/g)], plain = {
        int: Number, i8: BigInt, double: Number, boolean: text => text === '1', nil: () => null,
        base64: text => Uint8Array.from(atob(text), char => char.charCodeAt()),
        'dateTime.iso8601': text => text.replace(/(....)(..)(..)T/, '$1-$2-$3T'),
    };
    const marks = {lt: '<', gt: '>', amp: '&', '#13': '\\r'};
    const textOf = tag => tag[2].replace(/&(.*?);/g, (_, name) => marks[name]);
    let at = tags.findIndex(([, name]) => name === 'value');
    function next() {       // the value that begins at \`at\`
        const tag = tags[++at], type = tag[1];
        let value, name;
        if (type === 'array') {
            value = [];
            while (tags[++at][1] !== '/array') if (tags[at][1] === 'value') value.push(next());
        } else if (type === 'struct') {
            value = {};
            while (tags[++at][1] !== '/struct') {
                if (tags[at][1] === 'name') name = textOf(tags[at]);
                if (tags[at][1] === 'value') value[name] = next();
            }
        } else value = (plain[type] ?? String)(textOf(tag));
        while (tags[at][1] !== '/value') at++;
        return value;
    }
    return next();
}`;

const LANGUAGES = {
    curl: (name, params, xml) => `curl -sS ${user && `-u ${shell(user)} `}` +
        `${token && "-H 'X-Auth-Token: TOKEN' "}` +
        `-H 'Content-Type: text/xml' --data-binary ${shell(xml)} ${shell(address)}`,
    Python(name, params) {
        const uses = new Set(), values = params.map(node => python(node, uses)).join(', ');
        const plain = name.split('.').every(part =>
            /^[A-Za-z]\w*$/.test(part) && !KEYWORD.has(part));
        const method = plain ? `server.${name}` : `getattr(server, ${JSON.stringify(name)})`;
        const more = (uses.has('nil') ? ', allow_none=True' : '') +
            (token && ", headers=[('X-Auth-Token', 'TOKEN')]");
        return [
            uses.has('base64') && 'from base64 import b64decode',
            uses.has('dateTime.iso8601') && 'from datetime import datetime',
            `from xmlrpc.client import ${uses.has('i8') ? 'Marshaller, ' : ''}ServerProxy`,
            uses.has('i8') && 'Marshaller.dispatch[int] = lambda self, value, write: ' +
                "write('<value><i8>%d</i8></value>' % value)",
            `server = ServerProxy(${urlText(withUser())}${more})`,
            `print(${method}(${values}))`,
        ].filter(Boolean).join('\n');
    },
    PHP: (name, params, xml) => `<?php // needs the extension SimpleXML
$call = stream_context_create(['http' => [
    'method' => 'POST', 'header' => ${token ?
        "['Content-Type: text/xml', 'X-Auth-Token: TOKEN']" : "'Content-Type: text/xml'"},
    'content' => ${quoted(xml, ['\\', '\\\\'], ["'", "\\'"])},
]]);
$answer = simplexml_load_string(file_get_contents(${urlText(withUser())}, false, $call));
if (isset($answer->fault)) {
    $fault = decoded($answer->fault->value);
    exit("Fault $fault[faultCode]: $fault[faultString]\\n");
}
$result = decoded($answer->params->param->value);
print_r($result);
${PHP_DECODED}`,
    JavaScript: (name, params, xml) => `const answer = await fetch(${urlText(address)}, {
    method: 'POST', headers: {'Content-Type': 'text/xml'${!user ? '' :
        `, Authorization: 'Basic ' + btoa(${JSON.stringify(`${user}:PASSWORD`)})`}${
        token && ", 'X-Auth-Token': 'TOKEN'"}},
    body: \`${xml.replace(/[\\`]|\$(?={)/g, '\\$&')}\`,
});
if (!answer.ok) throw Error('HTTP ' + answer.status);
const xml = await answer.text(), result = decoded(xml);
if (xml.includes('<fault>')) throw Error('Fault ' + result.faultCode + ': ' + result.faultString);
console.log(result);
${JAVASCRIPT_DECODED}`,
};
