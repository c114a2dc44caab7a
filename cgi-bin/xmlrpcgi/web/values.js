// Values for page.js, which follows this in one script: text of a field -> node -> XML and lines of
// other languages; XML -> node.  A node is {type, ...} as on the wire: `text` for plain types,
// `items` (nodes) for an array, `members` ([name, node]) for a struct.

const {user, methods} = JSON.parse(document.querySelector('script[type="application/json"]').text);
const address = location.origin + location.pathname;

// Text to nodes.  What these throw is shown to the user beside the field.

class Written { constructor(source) { this.source = source; } }     // a number of JSON

function integer(text) {
    if (!/^[-+]?[0-9]+$/.test(text)) throw Error('a whole number is needed');
    const number = BigInt(text);
    if (BigInt.asIntN(64, number) !== number) throw Error('the number needs more than 64 bits');
    return {type: BigInt.asIntN(32, number) === number ? 'int' : 'i8', text: String(number)};
}

function double(text) {
    if (!/^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?$/i.test(text)) {
        throw Error('a number is needed');
    }
    return {type: 'double', text};
}

function string(text) {
    const bad = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
    if (bad) {
        const code = bad[0].codePointAt().toString(16).toUpperCase().padStart(4, '0');
        throw Error(`XML cannot carry the character U+${code}; base64 can`);
    }
    return {type: 'string', text};
}

function dateTime(text) {
    const found = /^(\d{4})-?(\d\d)-?(\d\d)[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d*)?)?$/.exec(text);
    if (!found) throw Error('a date with its time is needed');
    const [, year, month, day, hour, minute, second = '00'] = found;
    return {type: 'dateTime.iso8601', text: `${year}${month}${day}T${hour}:${minute}:${second}`};
}

function base64(text) {
    const bytes = Array.from(new TextEncoder().encode(text), byte => String.fromCharCode(byte));
    return {type: 'base64', text: btoa(bytes.join(''))};
}

function json(text, wanted) {
    let value;
    try {       // newer browsers tell how a number was written: 1.0 stays a double, 2**60 exact
        value = JSON.parse(text, (_, item, context) =>
            typeof item === 'number' ? new Written(context?.source ?? String(item)) : item);
    } catch { throw Error(`JSON is needed, like ${EXAMPLE[wanted]}`); }
    const node = infer(value);
    if (wanted && node.type !== wanted) throw Error(`JSON is needed like ${EXAMPLE[wanted]}`);
    return node;
}

const EXAMPLE = {array: '[1, "two"]', struct: '{"name": 1}'};

function infer(value) {
    if (value === null) return {type: 'nil'};
    if (typeof value === 'boolean') return {type: 'boolean', text: value ? '1' : '0'};
    if (typeof value === 'string') return string(value);
    if (typeof value === 'number') value = new Written(String(value));
    if (value instanceof Written) {
        return /^-?[0-9]+$/.test(value.source) ? integer(value.source) : double(value.source);
    }
    if (Array.isArray(value)) return {type: 'array', items: value.map(infer)};
    const members = Object.entries(value), [name, only] = members.length === 1 ? members[0] : [];
    if (name === '$dateTime' && typeof only === 'string') return dateTime(only);
    if (name === '$base64' && typeof only === 'string') return {type: 'base64', text: only};
    return {type: 'struct', members: members.map(([key, item]) => [string(key).text, infer(item)])};
}

const READ = {
    int: text => integer(text.trim()), double: text => double(text.trim()), string, base64,
    boolean: text => ({type: 'boolean', text: text === 'true' ? '1' : '0'}),
    'dateTime.iso8601': dateTime, nil: () => ({type: 'nil'}),
    array: text => json(text, 'array'), struct: text => json(text, 'struct'),
    auto: text => { try { return json(text); } catch { return string(text); } },
};

// Nodes to XML and back.

const ENTITIES = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;'};
const escaped = text => text.replace(/[&<>\r]/g, char => ENTITIES[char]);

function valueXml(node, indent) {
    const {type} = node, inner = indent + '  ', deeper = inner + '  ';
    if (type === 'nil') return '<value><nil/></value>';
    let inside = escaped(node.text ?? '');
    if (type === 'array') {
        const items = node.items.map(item => deeper + valueXml(item, deeper));
        inside = [`${inner}<data>`, ...items, `${inner}</data>${indent}`].join('');
    } else if (type === 'struct') {
        inside = node.members.map(([name, item]) =>
            `${inner}<member><name>${escaped(name)}</name>${valueXml(item, inner)}</member>`);
        inside = inside.join('') + indent;
    }
    return `<value><${type}>${inside}</${type}></value>`;
}

function callXml(name, params) {
    const inside = params.map(node => `\n    <param>${valueXml(node, '\n    ')}</param>`).join('');
    return '<?xml version="1.0"?>\n<methodCall>\n' +
        `  <methodName>${escaped(name)}</methodName>\n` +
        `  <params>${inside}${inside && '\n  '}</params>\n</methodCall>`;
}

function readValue(value) {
    const element = value.firstElementChild;
    if (!element) return {type: 'string', text: value.textContent};
    const type = element.localName, parts = [...element.children];
    if (type === 'array') {
        return {type, items: parts.flatMap(data => [...data.children].map(readValue))};
    }
    if (type === 'struct') {
        return {type, members: parts.map(member =>
            [member.firstElementChild.textContent, readValue(member.lastElementChild)])};
    }
    return {type, text: element.textContent};
}

// {value} or {fault: {code, text}} of a methodResponse; null for any other text.
function readResponse(text) {
    const answer = new DOMParser().parseFromString(text, 'text/xml');
    const value = answer.querySelector(
        'methodResponse > params > param > value, methodResponse > fault > value');
    if (!value || answer.querySelector('parsererror')) return null;
    const node = readValue(value);
    if (value.parentElement.localName === 'param') return {value: node};
    const fault = Object.fromEntries(node.members.map(([name, item]) => [name, item.text]));
    return {fault: {code: fault.faultCode, text: fault.faultString}};
}

// Nodes to other languages: each gives what to paste, for a method's name, nodes and XML.

const quoted = (text, ...marks) =>
    `'${marks.reduce((all, [mark, by]) => all.replaceAll(mark, by), text)}'`;
const shell = text => quoted(text, ["'", "'\\''"]);
const withUser = !user ? address :
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

const LANGUAGES = {
    curl: (name, params, xml) => `curl -sS ${user && `-u ${shell(user)} `}` +
        `-H 'Content-Type: text/xml' --data-binary ${shell(xml)} ${shell(address)}`,
    Python(name, params) {
        const uses = new Set(), values = params.map(node => python(node, uses)).join(', ');
        const plain = name.split('.').every(part =>
            /^[A-Za-z]\w*$/.test(part) && !KEYWORD.has(part));
        const method = plain ? `server.${name}` : `getattr(server, ${JSON.stringify(name)})`;
        const nil = uses.has('nil') ? ', allow_none=True' : '';
        return [
            uses.has('base64') && 'from base64 import b64decode',
            uses.has('dateTime.iso8601') && 'from datetime import datetime',
            `from xmlrpc.client import ${uses.has('i8') ? 'Marshaller, ' : ''}ServerProxy`,
            uses.has('i8') && 'Marshaller.dispatch[int] = lambda self, value, write: ' +
                "write('<value><i8>%d</i8></value>' % value)",
            `server = ServerProxy(${urlText(withUser)}${nil})`,
            `print(${method}(${values}))`,
        ].filter(Boolean).join('\n');
    },
    PHP: (name, params, xml) => `<?php
$call = stream_context_create(['http' => [
    'method' => 'POST', 'header' => 'Content-Type: text/xml',
    'content' => ${quoted(xml, ['\\', '\\\\'], ["'", "\\'"])},
]]);
print file_get_contents(${urlText(withUser)}, false, $call);`,
    JavaScript: (name, params, xml) => `const answer = await fetch(${urlText(address)}, {
    method: 'POST', headers: {'Content-Type': 'text/xml'${!user ? '' :
        `, Authorization: 'Basic ' + btoa(${JSON.stringify(`${user}:PASSWORD`)})`}},
    body: \`${xml.replace(/[\\`]|\$(?={)/g, '\\$&')}\`,
});
console.log(await answer.text());`,
};
