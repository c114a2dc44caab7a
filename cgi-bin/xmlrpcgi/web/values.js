// Values: text of a field -> node -> XML and JSON.  A node is {type, ...} as on the wire: `text`
// for plain types, `items` (nodes) for an array, `members` ([name, node]) for a struct.  What a field
// holds is such a node, too, where {type, typed, input} stands for text that was not read yet.

const address = location.origin + location.pathname;
const SHORT = {'dateTime.iso8601': 'dateTime', undef: 'any', i8: 'int'};      // names of types

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

function json(text, wanted, like = EXAMPLE[wanted]) {
    let value;
    try {       // newer browsers tell how a number was written: 1.0 stays a double, 2**60 exact
        value = JSON.parse(text, (_, item, context) =>
            typeof item === 'number' ? new Written(context?.source ?? String(item)) : item);
    } catch { throw Error(`JSON is needed, like ${like}`); }
    const node = infer(value);
    if (wanted && node.type !== wanted) throw Error(`JSON is needed like ${like}`);
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
    array: (text, like) => json(text, 'array', like),
    struct: (text, like) => json(text, 'struct', like),
    json(text, like, among) {       // of one of some types
        const node = json(text, '', like);
        if (among.includes(SHORT[node.type] ?? node.type)) return node;
        throw Error(`JSON is needed like ${like}`);
    },
    auto: text => { try { return json(text); } catch { return string(text); } },
};

// The node that a field holds, read: throws an error with its `input`.
function checked(node) {
    if (node.typed !== undefined) {
        try {
            return (READ[node.type] ?? READ.auto)(node.typed, node.like, node.among);
        } catch (error) { throw Object.assign(error, {input: node.input}); }
    }
    if (node.items) return {type: node.type, items: node.items.map(checked)};
    if (node.members) {
        const members = node.members.map(([name, item, input]) => {
            try { return [string(name).text, checked(item)]; } catch (error) {
                error.input ??= input;
                throw error;
            }
        });
        return {type: node.type, members};
    }
    return {type: node.type, text: node.text};
}

// Nodes to JSON, as json() reads it, and to XML.

function jsonOf(node, indent = '\n') {
    const {type, text} = node, inner = indent + '  ';
    if (type === 'nil') return 'null';
    if (type === 'boolean') return text === '1' ? 'true' : 'false';
    if (type === 'int' || type === 'i8') return text;
    if (type === 'double') return String(Number(text)).replace(/^-?\d+$/, '$&.0');
    if (type === 'dateTime.iso8601') return `{"$dateTime": "${dashed(text)}"}`;
    if (type === 'base64') return `{"$base64": ${JSON.stringify(text)}}`;
    if (type === 'string') return JSON.stringify(text);
    const [open, close] = type === 'array' ? '[]' : '{}';
    const items = type === 'array' ? node.items.map(item => jsonOf(item, inner)) :
        node.members.map(([name, item]) => `${JSON.stringify(name)}: ${jsonOf(item, inner)}`);
    const line = open + items.join(', ') + close;
    return line.length < 60 && !line.includes('\n') ? line :
        open + inner + items.join(',' + inner) + indent + close;
}

const dashed = text => text.replace(/^(\d{4})(\d\d)(\d\d)T/, '$1-$2-$3T');

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
