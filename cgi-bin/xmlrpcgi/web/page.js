// The page's forms, results and search.  Text of the application, of the user or of an answer
// becomes only text nodes and attributes that hold no code; nothing is parsed as HTML.

const MOST = 200;               // items of an array to show
const LONGEST = 100000;         // characters of XML to show
let ids = 0;                    // an id that begins with "==" is not a method's, see page.py

function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === 'function') element.addEventListener(name, value);
        else if (value !== false) element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children);
    return element;
}

// Nodes to elements.

function shown(node) {
    const {type, text} = node, nothing = what => make('i', {}, what);
    if (type === 'array') {
        return node.items.length ? arrayShown(node.items) : nothing('empty array');
    }
    if (type === 'struct') {
        return node.members.length ? table(node.members.map(([name, item]) => [name, [item]])) :
            nothing('empty struct');
    }
    if (type === 'nil') return nothing('nil');
    if (type === 'base64') return bytesShown(text);
    if (type === 'string') {
        return text ? make('span', {class: 'string', title: type}, text) : nothing('empty string');
    }
    const plain = type === 'boolean' ? text.trim() === '1' ? 'true' : 'false' :
        type !== 'dateTime.iso8601' ? text :
        text.replace(/^(\d{4})(\d\d)(\d\d)T/, '$1-$2-$3 ');
    return make('span', {class: 'plain', title: type}, plain);
}

function arrayShown(items) {
    const structs = items.every(node => node.type === 'struct');
    const names = [...new Set(items.flatMap(node =>
        structs ? node.members.map(([name]) => name) : []))];
    const alike = items.length > 1 && names.length > 0 && names.length <= 12;
    const cells = node => names.map(name => new Map(node.members).get(name));
    const rows = items.slice(0, MOST).map((node, index) => [index, alike ? cells(node) : [node]]);
    return table(rows, alike && names, items.length - MOST);
}

function table(rows, names, more = 0) {
    const head = names && make('thead', {}, make('tr', {}, make('td'),
        ...names.map(name => make('th', {scope: 'col'}, name))));
    const body = make('tbody', {}, ...rows.map(([name, cells]) => make('tr', {},
        make('th', {scope: 'row'}, String(name)),
        ...cells.map(node => make('td', {}, node ? shown(node) : '')))));
    return make('div', {class: 'table'}, make('table', {}, head || '', body),
        more > 0 ? make('p', {}, `and ${more} more, all in the XML below`) : '');
}

function bytesShown(text) {
    let bytes, start;
    try {
        bytes = Uint8Array.from(atob(text), char => char.charCodeAt());
    } catch { return make('i', {}, 'damaged base64'); }
    try {
        start = new TextDecoder('utf-8', {fatal: true}).decode(bytes.slice(0, 400));
    } catch {
        const pairs = Array.from(bytes.slice(0, 48), byte => byte.toString(16).padStart(2, '0'));
        start = pairs.join(' ');
    }
    const href = URL.createObjectURL(new Blob([bytes]));
    return make('span', {class: 'plain', title: 'base64'}, `${bytes.length} bytes (`,
        make('a', {download: 'result', href}, 'save'), ')',
        make('span', {class: 'string bytes'}, start));
}

function copyable(label, text, cut = text) {
    const code = make('code', {}, cut);
    const button = make('button', {type: 'button', 'aria-label': `Copy ${label}`, async click() {
        try { await navigator.clipboard.writeText(text); } catch {      // plain http has no clipboard
            getSelection().selectAllChildren(code);
            document.execCommand('copy');
        }
        button.textContent = 'Copied';
        setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    }}, 'Copy');
    return make('div', {class: 'copyable'},
        make('pre', {tabindex: 0, role: 'group', 'aria-label': label}, code), button);
}

function folded(label, text) {
    const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}\n... of ${text.length}` : text;
    return make('details', {}, make('summary', {}, label), copyable(label, text, cut));
}

// A field: {param, send: its checkbox or false, element, read(), complain(text)}.

function field(param, changed) {
    const {types, optional, start} = param, id = `==${++ids}`, box = make('div', {class: 'input'});
    let type = param.type ?? types[0], input, options, file;
    const send = optional && make('input', {
        type: 'checkbox', 'aria-label': `Send ${param.name}`, change: () => changed(self)});

    function edited() {
        input.setCustomValidity('');
        if (send) send.checked = true;
        changed(self);
    }
    function build() {
        const events = {id, input: edited};
        options = param.choices ?? (type === 'boolean' ? [false, true] : null);
        file = null;
        if (options) {
            const choices = options.map(item => make('option', {}, String(item)));
            input = make('select', events, ...choices);
        } else if (type === 'int' || type === 'double') {
            input = make('input', {...events, type: 'number', step: type === 'int' ? 1 : 'any'});
        } else if (type === 'dateTime.iso8601') {
            input = make('input', {...events, type: 'datetime-local', step: 1});
        } else {
            input = make('textarea', {...events, rows: type in EXAMPLE ? 2 : 1, spellcheck: 'false',
                autocapitalize: 'off', autocomplete: 'off', hidden: type === 'nil',
                placeholder: EXAMPLE[type] ?? (type === 'base64' ? 'text, or a file' : '')});
        }
        box.replaceChildren(input, type === 'base64' && !options ? filePicker() : '',
            types.length > 1 && !param.choices ? typePicker() : '');
    }
    function filePicker() {
        file = {text: null};
        return make('input', {type: 'file', 'aria-label': `File for ${param.name}`, change(event) {
            const reader = new FileReader(), [chosen] = event.target.files;
            file.text = null;
            reader.onload = () => { file.text = reader.result.replace(/^[^,]*,?/, ''); edited(); };
            if (chosen) reader.readAsDataURL(chosen); else edited();
        }});
    }
    function typePicker() {
        const names = types.map(name => make('option', {selected: name === type}, short(name)));
        return make('select', {class: 'types', 'aria-label': `Type of ${param.name}`, change(at) {
            type = types[at.target.selectedIndex];
            build();
            box.lastElementChild.focus();
            edited();
        }}, ...names);
    }
    const short = name => name.replace('.iso8601', '');
    const self = {
        param, send,
        read() {        // undefined where the argument is not to be sent
            if (send && !send.checked) return undefined;
            if (file?.text != null) return {type: 'base64', text: file.text};
            if (options) return infer(options[input.selectedIndex]);
            return (READ[type] ?? READ.auto)(input.value);
        },
        complain(text) { input.setCustomValidity(text); input.reportValidity(); },
    };
    build();
    if (options) input.selectedIndex = Math.max(0, options.map(String).indexOf(start));
    else if (start && type !== 'nil') input.value = start;
    const note = (types.length < 3 ? types.map(short).join(' or ') : '') +
        (param.default ? ` = ${param.default}` : '');
    self.element = make('div', {class: 'field'}, make('div', {class: 'name'},
        send || '', make('label', {for: id}, param.name, ' ', make('small', {}, note))), box);
    return self;
}

// A form for a method.

const OPTIONAL = 'An argument with a box is sent only if the box is ticked. ';
const NESTED = 'Arrays and structs are written as JSON, ' +
    'with {"$dateTime": "1998-07-17T14:08:55"} and {"$base64": "AAH/"} for these types.';

function form(name, {params, more}) {
    const lines = make('div', {class: 'lines'}), result = make('div', {class: 'result'});
    const group = `==${++ids}`;
    const status = make('p', {role: 'status'}), languages = Object.keys(LANGUAGES);
    const fields = params.map(param => field(param, changed));
    const others = {name: 'more arguments', types: ['array'], optional: true};
    if (more) fields.push(field(others, changed));
    const picks = languages.map((language, index) =>
        make('input', {type: 'radio', name: group, checked: !index, change: refresh}));
    let busy = false;

    // Arguments are positional: one that is sent needs all before it, one left out ends them.
    function changed({send}) {
        const at = fields.findIndex(self => self.send === send);
        const along = !send ? [] : send.checked ? fields.slice(0, at) : fields.slice(at);
        for (const other of along) if (other.send) other.send.checked = send.checked;
        refresh();
    }
    function values() {         // throws a field's complaint, with that field
        return fields.flatMap((self, index) => {
            try {
                const node = self.read();
                return !node ? [] : index === params.length ? node.items : [node];
            } catch (error) { throw Object.assign(error, {self}); }
        });
    }
    function refresh() {
        let shows;
        try {
            const sent = values(), xml = callXml(name, sent);
            const language = languages[picks.findIndex(pick => pick.checked)];
            shows = xml.length > LONGEST ? 'These values are too long to show.' :
                copyable(language, LANGUAGES[language](name, sent, xml));
        } catch (error) { shows = `Not yet: ${error.self?.param.name}: ${error.message}.`; }
        lines.replaceChildren(shows);
    }
    function answered(response, text, took) {
        const answer = response.ok ? readResponse(text) : null;
        const script = response.headers.get('X-RPC-Time-Us');
        const what = !answer ? `HTTP ${response.status}` : answer.fault ? 'Fault' : 'Result';
        status.textContent = `${what} after ${took.toFixed(0)} ms` +
            (script ? `, ${(script / 1000).toFixed(1)} of them in the script` : '');
        if (answer?.value) return make('div', {class: 'value'}, shown(answer.value));
        const {code, text: said} = answer?.fault ??
            {code: response.statusText, text: text.slice(0, 2000)};
        return make('div', {class: 'fault'}, make('b', {}, code),
            make('span', {class: 'string'}, said));
    }
    async function call(event) {
        event.preventDefault();
        if (busy) return;
        let xml, parts;
        try { xml = callXml(name, values()); } catch (error) {
            return error.self.complain(`For ${error.self.param.name}, ${error.message}.`);
        }
        busy = true;
        status.textContent = 'Calling …';
        try {
            const started = performance.now(), response = await fetch(address, {
                method: 'POST', headers: {'Content-Type': 'text/xml'}, body: xml});
            const text = await response.text();
            parts = [answered(response, text, performance.now() - started),
                     folded('XML sent', xml), folded('XML received', text)];
        } catch (error) {
            status.textContent = 'No answer';
            parts = [make('div', {class: 'fault'}, error.message), folded('XML sent', xml)];
        }
        result.replaceChildren(...parts);
        busy = false;
    }

    refresh();
    const has = type => fields.some(({param}) => param.types.includes(type));
    const hint = (fields.some(self => self.send) ? OPTIONAL : '') +
        (has('array') || has('struct') ? NESTED : '');
    return make('form', {submit: call, novalidate: true, autocomplete: 'off', keydown(event) {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) call(event);
    }},
    ...fields.map(self => self.element), hint && make('p', {class: 'hint'}, hint),
    make('div', {class: 'go'}, make('button', {}, 'Call'), status), result,
    make('fieldset', {}, make('legend', {}, 'The same call from'), ...languages.map(
        (language, index) => make('label', {}, picks[index], make('span', {}, language)))), lines);
}

const entries = [...document.querySelectorAll('article')].map(article => {
    const name = decodeURIComponent(article.id);
    const text = `${name} ${article.textContent}`.toLowerCase();
    const build = () => details.querySelector('form') || details.append(form(name, methods[name]));
    const details = make('details', {class: 'try', toggle: build},      // also by the browser's search
        make('summary', {'aria-label': `Try it: ${name}`, click: build}, 'Try it'));
    if (methods[name]) article.append(details);
    const link = document.querySelector(`nav a[href="#${CSS.escape(article.id)}"]`).parentElement;
    return {article, link, text};
});

// Search: methods that have all the words.

const search = document.querySelector('form[role=search]'), words = search.querySelector('input');

function filter() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const {article, link, text} of entries) {
        article.hidden = link.hidden = !wanted.every(word => text.includes(word));
        found += !article.hidden;
    }
    for (const part of document.querySelectorAll('main section, nav > ul > li')) {
        part.hidden = !part.querySelector('article:not([hidden]), li:not([hidden])');
    }
    search.querySelector('[role=status]').textContent = !wanted.length ? '' :
        found ? `${found} of ${entries.length}` : 'No method has these words.';
}

search.hidden = !entries.length;
words.addEventListener('input', filter);
search.addEventListener('submit', event => {
    event.preventDefault();
    document.querySelector('article:not([hidden]) summary')?.focus();
});
document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && event.target === words) { words.value = ''; filter(); }
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input, textarea, select')) return;
    event.preventDefault();
    words.focus();
});

// Behind a proxy, the server may know only the address inside: show the browser's.

const title = document.querySelector('h1'), sample = document.querySelector('figure pre');
const lines = sample.textContent.replace(title.textContent, () => address);
sample.replaceWith(copyable('Python', lines));
title.textContent = address;
