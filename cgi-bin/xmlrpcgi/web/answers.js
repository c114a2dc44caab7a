// Answers: XML to elements.  An answer may be large: what is shown is made of it as far as a budget
// goes, and more when it is asked for.  Nothing of it is parsed as HTML.

const MOST = 1000;              // values to show at once
const ROWS = 200;               // items of an array or struct to show at once
const COLUMNS = 12;             // of a table for an array of structs
const DEEP = 12;              // tables within each other
const STRING = 10000;           // characters of a string

// {value} or {fault: {code, text}} of a methodResponse, null for any other text.
function readAnswer(text) {
    const root = new DOMParser().parseFromString(text, 'text/xml').documentElement;
    const part = root.firstElementChild;        // browsers put their complaint first
    if (root.localName !== 'methodResponse' || !part) return null;
    if (part.localName === 'params') {
        const value = part.firstElementChild?.firstElementChild;
        return value ? {value} : null;
    }
    if (part.localName !== 'fault') return null;
    const members = [...part.querySelectorAll('member')].map(
        member => [member.firstElementChild.textContent, member.lastElementChild.textContent]);
    const {faultCode, faultString} = Object.fromEntries(members);
    return {fault: {code: faultCode, text: faultString}};
}

const typeOf = value => value.firstElementChild?.localName ?? 'string';
// The first item of an array (a value) or struct (a member); the others are its next siblings.
const firstOf = value => typeOf(value) === 'array' ?
    value.firstElementChild.firstElementChild?.firstElementChild :
    value.firstElementChild.firstElementChild;

function shown(value, budget = {left: MOST}, depth = 0) {
    const type = typeOf(value), nothing = what => make('i', {}, what);
    budget.left--;
    if (type === 'array' || type === 'struct') {
        const first = firstOf(value);
        if (!first) return nothing(`empty ${type}`);
        if (budget.left > 0 && depth < DEEP) return table(type, first, budget, depth);
        const count = first.parentElement.childElementCount;
        const open = small(`${type} of ${count}: show`, `Show the ${type} of ${count}`,
            () => open.replaceWith(shown(value)));
        return open;
    }
    const text = (value.firstElementChild ?? value).textContent;
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
    let next = first, index = 0;
    function add(left) {
        for (let row = 0; next && row < ROWS && (row === 0 || left.left > 0); row++) {
            const cells = type === 'struct' ? [next.lastElementChild] :
                names ? cellsOf(next, names) : [next];
            const name = type === 'struct' ? next.firstElementChild.textContent : index;
            body.append(make('tr', {}, make('th', {scope: 'row'}, String(name)), ...cells.map(
                cell => make('td', {colspan: names && cells.length < names.length && names.length},
                    cell ? shown(cell, left, depth + 1) : ''))));
            next = next.nextElementSibling;
            index++;
        }
        const more = next && first.parentElement.childElementCount - index;
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
    for (; item && count < ROWS; item = item.nextElementSibling, count++) {
        if (typeOf(item) !== 'struct') return null;
        for (let member = firstOf(item); member; member = member.nextElementSibling) {
            names.add(member.firstElementChild.textContent);
            if (names.size > COLUMNS) return null;
        }
    }
    return count > 1 && names.size ? [...names] : null;
}

// The values under `names` of a struct; null for an item that would lose something.
function cellsOf(item, names) {
    const found = new Map();
    if (typeOf(item) === 'struct') {
        for (let member = firstOf(item); member; member = member.nextElementSibling) {
            found.set(member.firstElementChild.textContent, member.lastElementChild);
        }
    }
    if (typeOf(item) !== 'struct' || [...found.keys()].some(name => !names.includes(name))) {
        return [item];
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
