// Answers: XML to elements.  An answer may be large, and a browser takes seconds to parse it as a
// whole: it is read where it stands, as far as it is shown, and a budget says how far that is.
// What this server writes has no comments, no CDATA and no attributes.  Nothing is parsed as HTML.

const MOST = 1000;              // values to show at once
const ROWS = 200;               // items of an array or struct to show at once
const COLUMNS = 12;             // of a table for an array of structs
const DEEP = 12;              // tables within each other
const STRING = 10000;           // characters of a string

const ENTITY = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", '#13': '\r'};
const plainText = text => text.replace(/&([^;&]*);/g, (all, name) => ENTITY[name] ?? all);

// A value in the text of an answer: its type, and `name` where it is a struct's member.
class Value {
    constructor(text, at, name) {       // at: where its <value> is
        const tag = /<([\w.]+)\/?>/y, inside = at + '<value>'.length;
        tag.lastIndex = inside;
        const [whole, type] = tag.exec(text) ?? ['', 'string'];
        Object.assign(this, {text, at, name, type, inside: inside + whole.length});
    }
    static at(text, at) {               // the one behind `at`, null where there is none
        const next = text.indexOf('<', at);
        if (text.startsWith('<value>', next)) return new Value(text, next);
        if (!text.startsWith('<member>', next)) return null;
        const name = text.indexOf('<name>', next) + '<name>'.length;
        const end = text.indexOf('</name>', name);
        return new Value(text, text.indexOf('<value>', end), plainText(text.slice(name, end)));
    }
    get content() {
        return plainText(this.text.slice(this.inside, this.text.indexOf('<', this.inside)));
    }
    get first() {                       // of its items or members
        if (this.type === 'struct') return Value.at(this.text, this.inside);
        return Value.at(this.text, this.text.indexOf('<data>', this.inside) + '<data>'.length);
    }
    get next() {
        const end = this.scan(depth => depth === 0);
        return Value.at(this.text, this.name === undefined ? end :
            this.text.indexOf('</member>', end) + '</member>'.length);
    }
    get count() {                       // of it and those behind it
        let count = 0;
        this.scan((depth, opens) => { count += opens && depth === 1; return depth < 0; });
        return count;
    }
    scan(ends) {                        // to where `ends` of (depth, whether a value begins)
        const tag = /<(\/?)value>/g;
        tag.lastIndex = this.at;
        for (let depth = 0, found; (found = tag.exec(this.text));) {
            depth += found[1] ? -1 : 1;
            if (ends(depth, !found[1])) return tag.lastIndex;
        }
        return this.text.length;
    }
}

// {value} or {fault: {code, text}} of a methodResponse, null for any other text.
function readAnswer(text) {
    const head = /^\s*(?:<\?xml[^>]*>)?\s*<methodResponse>\s*<(params|fault)>\s*(?:<param>)?/
        .exec(text);
    const value = head && /<\/methodResponse>\s*$/.test(text.slice(-100)) &&
        Value.at(text, head[0].length);
    if (!value || head[1] === 'params') return value ? {value} : null;
    const members = [];
    for (let member = value.first; member; member = member.next) {
        members.push([member.name, member.content]);
    }
    const {faultCode, faultString} = Object.fromEntries(members);
    return {fault: {code: faultCode, text: faultString}};
}

function shown(value, budget = {left: MOST}, depth = 0) {
    const {type} = value, nothing = what => make('i', {}, what);
    budget.left--;
    if (type === 'array' || type === 'struct') {
        const {first} = value;
        if (!first) return nothing(`empty ${type}`);
        if (budget.left > 0 && depth < DEEP) return table(type, first, budget, depth);
        const {count} = first;
        const open = small(`${type} of ${count}: show`, `Show the ${type} of ${count}`,
            () => open.replaceWith(shown(value)));
        return open;
    }
    const text = value.content;
    if (type === 'nil') return nothing('nil');
    if (type === 'base64') return bytesShown(text);
    if (type === 'string') {
        return text ? stringShown(text) : nothing('empty string');
    }
    const plain = type === 'boolean' ? text.trim() === '1' ? 'true' : 'false' :
        type === 'dateTime.iso8601' ? dashed(text).replace('T', ' ') : text;
    return make('span', {class: 'plain', title: type}, plain);
}

function stringShown(text) {
    const span = make('span', {class: 'string', title: 'string'}, text.slice(0, STRING));
    if (text.length <= STRING) return span;
    const more = small(`Show all ${text.length} characters`, `Show all ${text.length} characters`,
        () => { more.remove(); span.textContent = text; });
    return make('span', {}, span, ' ', more);
}

function table(type, first, budget, depth) {
    const names = type === 'array' && columns(first);
    const body = make('tbody'), rest = make('p');
    const head = names && make('thead', {}, make('tr', {}, make('td'),
        ...names.map(name => make('th', {scope: 'col'}, name))));
    let item = first, index = 0;
    function add(left) {
        for (let row = 0; item && row < ROWS && (row === 0 || left.left > 0); row++) {
            const cells = names ? cellsOf(item, names) : [item];
            const colspan = names && cells.length < names.length && names.length;
            body.append(make('tr', {},
                make('th', {scope: 'row'}, item.name ?? String(index)),
                ...cells.map(cell =>
                    make('td', {colspan}, cell ? shown(cell, left, depth + 1) : ''))));
            item = item.next;
            index++;
        }
        const more = item && item.count;
        rest.replaceChildren(...!more ? [] : [`and ${more} more `,
            small('Show more', `Show more of ${more}`, () => add({left: MOST}))]);
        rest.hidden = !more;
    }
    add(budget);
    return make('div', {class: 'table'}, make('table', {}, head || '', body), rest);
}

// The names of the members, where the first items of an array are structs that are much alike.
function columns(first) {
    const names = new Set();
    let item = first, count = 0;
    for (; item && count < ROWS; item = item.next, count++) {
        if (item.type !== 'struct') return null;
        for (let member = item.first; member; member = member.next) {
            names.add(member.name);
            if (names.size > COLUMNS) return null;
        }
    }
    return count > 1 && names.size ? [...names] : null;
}

// The values under `names` of a struct; null for an item that would lose something.
function cellsOf(item, names) {
    if (item.type !== 'struct') return [item];
    const found = new Map();
    for (let member = item.first; member; member = member.next) {
        if (!names.includes(member.name)) return [item];
        found.set(member.name, member);
    }
    return names.map(name => found.get(name));
}

function bytesShown(text) {
    const clean = text.replace(/\s+/g, '');
    let start, beginning;
    try { beginning = bytesOf(clean.slice(0, 532)); } catch {
        return make('i', {}, 'damaged base64');
    }
    const size = Math.floor(clean.replace(/=+$/, '').length * 3 / 4);
    try {
        start = new TextDecoder('utf-8', {fatal: true}).decode(beginning, {stream: true});
    } catch {
        const pairs = Array.from(beginning.slice(0, 48), byte => byte.toString(16).padStart(2, '0'));
        start = pairs.join(' ');
    }
    const save = make('a', {download: 'result', href: '#', click(event) {
        try { save.href = URL.createObjectURL(new Blob([bytesOf(clean)])); } catch {
            event.preventDefault();
            save.replaceWith('damaged base64');
        }
    }}, 'save');
    return make('span', {class: 'plain', title: 'base64'}, `${size} bytes (`, save, ')',
        make('span', {class: 'string bytes'}, start));
}

function bytesOf(base64) {
    const chars = atob(base64), bytes = new Uint8Array(chars.length);
    for (let at = 0; at < bytes.length; at++) bytes[at] = chars.charCodeAt(at);
    return bytes;
}
