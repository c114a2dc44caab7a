// Fields for a value of any type.  An editor is {element, look(), fill(node)}: look() gives the
// node of what the fields hold, with text as it was typed (see values.js); fill() puts such a node
// in.  `at` is {id, name, depth}: the name is the value's place, like `items[0].sku`.

const DEEPEST = 6;              // structs in each other that have fields

function editor(type, at, changed) {
    const options = alternatives(type), box = make('div', {class: 'input'});
    let inner;
    const pick = options.length > 1 && make('select', {
        class: 'types', 'aria-label': `Type of ${at.name}`, change() {
            choose(pick.selectedIndex);
            pick.focus();
            changed();
        }}, ...options.map(option => make('option', {}, word(option))));
    function choose(index) {
        const option = options[index];
        inner = !hasFields(option) || at.depth > DEEPEST ? plainEditor(option, at, changed) :
            (membersOf(option) ? membersEditor : rowsEditor)(option, at, changed);
        box.replaceChildren(...inner.parts, pick || '');
        if (pick) pick.selectedIndex = index;
    }
    const first = options.findIndex(option => option.type === 'nil');
    choose(at.depth && hasFields(options[0]) && first > 0 ? first : 0);
    return {
        element: box, look: () => inner.look(),
        fill(node) {
            const found = [option => option.type === node.type && takes(option, node),
                option => takes(option, node), option => option.type === node.type]
                .map(test => options.findIndex(test)).find(index => index >= 0) ?? 0;
            if (options.length > 1 || hasFields(options[0])) choose(found);
            inner.fill(node);
        },
    };
}

function plainEditor(option, at, changed) {
    const {type} = option, options = option.choices ?? (type === 'boolean' ? [false, true] : null);
    const example = type === 'array' || type === 'struct' ? jsonOf(like(option)) : undefined;
    const attributes = {id: at.id, 'aria-label': !at.id && at.name, input() {
        input.setCustomValidity('');
        changed();
    }};
    const hint = at.id ? '' : short(type);        // where no label tells the type
    let input, bytes = null;
    if (options) {
        input = make('select', attributes, ...options.map(item => make('option', {},
            String(typeof item === 'object' ? jsonOf(infer(item)) : item))));
    } else if (type === 'int' || type === 'double') {
        input = make('input', {...attributes, type: 'number', placeholder: hint,
            step: type === 'int' ? 1 : 'any'});
    } else if (type === 'dateTime.iso8601') {
        input = make('input', {...attributes, type: 'datetime-local', step: 1});
    } else {
        input = make('textarea', {...attributes, rows: example ? Math.min(8,
            Math.max(2, example.split('\n').length)) : 1,
            spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', hidden: type === 'nil',
            placeholder: example ?? (type === 'base64' ? 'text, or a file' : hint)});
    }
    const picker = type === 'base64' && !options && make('input', {
        type: 'file', 'aria-label': `File for ${at.name}`, change({target}) {
            const reader = new FileReader(), [chosen] = target.files;
            bytes = null;
            reader.onload = () => { bytes = reader.result.replace(/^[^,]*,?/, ''); changed(); };
            if (chosen) reader.readAsDataURL(chosen); else changed();
        }});
    return {
        parts: [input, picker || ''],
        look() {
            if (bytes !== null) return {type, text: bytes};
            if (options) return infer(options[input.selectedIndex]);
            return type === 'nil' ? {type} : {type, typed: input.value, input, like: example};
        },
        fill(node) {
            const {text} = node;
            if (node.typed !== undefined) input.value = node.typed;
            else if (options) {
                input.selectedIndex = Math.max(0, options.map(infer).findIndex(
                    item => item.type === node.type && item.text === text));
            } else if (type === 'dateTime.iso8601') input.value = dashed(text);
            else if (type === 'base64') {
                try {
                    input.value = new TextDecoder('utf-8', {fatal: true}).decode(
                        Uint8Array.from(atob(text), char => char.charCodeAt()));
                } catch { bytes = text; }
            } else if (type !== 'nil') {
                const asJson = type === 'auto' || node.items || node.members;
                input.value = asJson ? jsonOf(node) : text ?? '';
            }
        },
    };
}

function rowsEditor({type, item, items}, at, changed) {
    const list = make('div', {class: 'rows'});
    const named = type === 'struct' && !items, rows = [];
    function append(part) {
        const place = `${at.name}[${rows.length}]`;
        const row = {inner: editor(part, {name: place, depth: at.depth + 1}, changed)};
        const remove = !items && small('×', `Remove ${place}`, () => {
            rows.splice(rows.indexOf(row), 1);
            row.element.remove();
            add.focus();
            changed();
        });
        row.name = named && make('input', {class: 'key', placeholder: 'name',
            'aria-label': `Name of ${place}`, input() {
                row.name.setCustomValidity('');
                changed();
            }});
        row.element = make('div', {class: 'row'}, row.name || '', row.inner.element, remove || '');
        rows.push(row);
        list.append(row.element);
        return row;
    }
    const what = items || words(item) === 'any' ? 'value' : words(item);
    const add = small(`Add ${what}`, `Add ${what} to ${at.name}`, () => {
        append(item).element.querySelector('input, select, textarea, button').focus();
        changed();
    });
    if (items) items.forEach(append);
    else if (!at.depth && !named && !at.optional && membersOf(alternatives(item)[0])) append(item);
    return {
        parts: [make('div', {class: 'many', role: 'group', 'aria-label': at.name}, list,
            items ? '' : add)],
        look: () => named ?
            {type, members: rows.map(row => [row.name.value, row.inner.look(), row.name])} :
            {type, items: rows.map(row => row.inner.look())},
        fill(node) {
            if (!items) {
                rows.length = 0;
                list.replaceChildren();
            }
            (node.items ?? node.members ?? []).forEach((part, index) => {
                const row = items ? rows[index] : append(item);
                if (named) row.name.value = part[0];
                row?.inner.fill(named ? part[1] : part);
            });
        },
    };
}

function membersEditor(option, at, changed) {
    const fields = membersOf(option).map(member => field(
        member, {name: `${at.name}.${member.name}`, depth: at.depth + 1}, changed));
    return {
        parts: [make('div', {class: 'many', role: 'group', 'aria-label': at.name},
            ...fields.map(self => self.element))],
        look: () => ({type: 'struct', members: fields.filter(self => self.sent()).map(
            self => [self.param.name, self.look()])}),
        fill(node) {
            for (const self of fields) {
                const found = (node.members ?? []).find(([name]) => name === self.param.name);
                if (found) self.fill(found[1]);
                self.tick(Boolean(found));
            }
        },
    };
}

// Fields, and the same as JSON.
function views(type, at, changed) {
    let touched = type.value !== undefined;
    const fields = editor(type, at, () => { touched = true; changed(); });
    if (!composite(type)) return fields;
    const example = jsonOf(like({...type, value: undefined}));
    const among = alternatives(type).map(option => short(option.type));
    const text = make('textarea', {
        rows: Math.min(12, Math.max(2, example.split('\n').length)), spellcheck: 'false',
        autocapitalize: 'off', autocomplete: 'off', placeholder: example,
        'aria-label': `${at.name} as JSON`, input() { text.setCustomValidity(''); changed(); }});
    const box = make('div', {class: 'input', hidden: true}, text);
    const toggle = small('As JSON', `${at.name} as JSON`, () => {
        if (box.hidden) {
            text.value = touched ? jsonOf(loose(fields.look())) : '';
            show(true);
        } else if (text.value.trim()) {
            let node;
            try { node = json(text.value, '', example); } catch (error) {
                return refuse(error.message);
            }
            if (!fits(type, node)) return refuse('the fields cannot hold this');
            fields.fill(node);
            touched = true;
            show(false);
        } else show(false);
        changed();
    });
    const refuse = message => { text.setCustomValidity(`${message}.`); text.reportValidity(); };
    function show(asJson) {
        box.hidden = !asJson;
        fields.element.hidden = asJson;
        toggle.textContent = asJson ? 'As fields' : 'As JSON';
        toggle.setAttribute('aria-label', `${at.name} as ${asJson ? 'fields' : 'JSON'}`);
    }
    return {
        element: make('div', {}, fields.element, box), toggle,
        look: () => box.hidden ? fields.look() :
            {type: 'json', typed: text.value, input: text, like: example, among},
        fill(node) {
            const asJson = node.type === 'json' || !fits(type, node);
            if (asJson) text.value = node.typed ?? jsonOf(node); else fields.fill(node);
            touched = true;
            show(asJson);
        },
    };
}

// A node without complaints: text that cannot be read is a string.
function loose(node) {
    if (node.items) return {type: node.type, items: node.items.map(loose)};
    if (node.members) {
        return {type: node.type, members: node.members.map(([name, item]) => [name, loose(item)])};
    }
    try { return checked(node); } catch { return {type: 'string', text: node.typed}; }
}

// A parameter or a member: its name, whether it is sent, and its editor.
function field(param, at, changed) {
    const id = `==${++ids}`, holder = make('div', {class: 'holder'});
    const send = Boolean(param.optional) && make('input', {
        type: 'checkbox', 'aria-label': `Send ${at.name}`, change() {
            if (send.checked) build();
            changed(self);
        }});
    let inner;
    function build() {
        if (inner) return;
        inner = (at.depth ? editor : views)(param, {...at, id, optional: param.optional}, () => {
            if (send) send.checked = true;
            changed(self);
        });
        holder.append(inner.element);
        if (param.value !== undefined) inner.fill(json(param.value));
    }
    const self = {
        param, send,
        sent: () => !send || send.checked,
        tick(on) { if (send) send.checked = on; },
        look: () => inner?.look(),
        fill(node) { build(); inner.fill(node); },
    };
    if (!at.depth || !send || !composite(param)) build();
    const note = (alternatives(param).length < 3 || composite(param) ? words(param) : '') +
        (param.default ? ` = ${param.default}` : '');
    self.element = make('div', {class: 'field'}, make('div', {class: 'name'},
        send || '', make('label', {for: id}, param.name, ' ', make('small', {}, note)),
        inner?.toggle ?? ''), holder);
    return self;
}
