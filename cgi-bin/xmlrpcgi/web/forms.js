// The form of a method: its fields, the call, the result, and the same call from other languages.

const OPTIONAL = 'An argument with a box is sent only if the box is ticked. ';
const NESTED = 'Arrays and structs are written as JSON, ' +
    'with {"$dateTime": "1998-07-17T14:08:55"} and {"$base64": "AAH/"} for these types.';
const LONGEST_LINK = 4000;      // characters

// {element, kept(), keep(kept), fill(nodes), complain(text)}; edited is called after each change.
function form(name, {params, more}, edited) {
    const lines = make('div', {class: 'lines'}), result = make('div', {class: 'result'});
    const group = `==${++ids}`;
    const status = make('p', {role: 'status'}), languages = Object.keys(LANGUAGES);
    const link = make('a', {class: 'link'}, 'Link to this call');
    const fields = [...params, ...more ? [{name: 'more arguments', type: 'array',
        item: {type: 'undef'}, optional: true}] : []].map(
        param => field(param, {name: param.name, depth: 0}, changed));
    const picks = languages.map((language, index) =>
        make('input', {type: 'radio', name: group, checked: !index, change: refresh}));
    let busy = false;

    // Arguments are positional: one that is sent needs all before it, one left out ends them.
    function changed({send}) {
        const at = fields.findIndex(self => self.send === send);
        const along = !send ? [] : send.checked ? fields.slice(0, at) : fields.slice(at);
        for (const other of along) other.tick(send.checked);
        refresh();
        edited();
    }
    function values() {         // throws a field's complaint, with that field
        return fields.flatMap((self, index) => {
            if (!self.sent()) return [];
            try {
                const node = checked(self.look());
                return index === params.length ? node.items ?? [] : [node];
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
            link.href = linkOf(name, sent);
            link.hidden = link.href.length > LONGEST_LINK;
        } catch (error) {
            shows = `Not yet: ${error.self?.param.name}: ${error.message}.`;
            link.hidden = true;
        }
        lines.replaceChildren(shows);
    }
    async function call(event) {
        event.preventDefault();
        if (busy) return;
        let xml, text, response;
        try { xml = callXml(name, values()); } catch (error) {
            const {param} = error.self;
            error.input?.setCustomValidity(`For ${param.name}, ${error.message}.`);
            error.input?.reportValidity();
            return;
        }
        busy = true;
        status.textContent = 'Calling …';
        const started = performance.now(), sent = folded('XML sent', xml);
        try {
            response = await fetch(address, {method: 'POST', body: xml, headers: {
                'Content-Type': 'text/xml', ...token && {'X-Auth-Token': token}}});
            text = await response.text();
        } catch (error) {
            status.textContent = 'No answer';
            result.replaceChildren(faultShown('', error.message), sent);
        }
        busy = false;
        if (text === undefined) return;
        const took = performance.now() - started, received = folded('XML received', text);
        try {
            result.replaceChildren(...answered(response, text, took), sent, received);
        } catch (error) {
            result.replaceChildren(
                faultShown('', `This answer cannot be shown: ${error.message}`), sent, received);
        }
    }
    function answered(response, text, took) {
        const answer = response.ok ? readAnswer(text) : null;
        const script = response.headers.get('X-RPC-Time-Us');
        const what = !answer ? `HTTP ${response.status}` : answer.fault ? 'Fault' : 'Result';
        status.textContent = `${what} after ${took.toFixed(0)} ms` +
            (script ? `, ${(script / 1000).toFixed(1)} of them in the script` : '');
        if (answer?.value) return [make('div', {class: 'value'}, shown(answer.value))];
        if (!answer) return [faultShown(response.statusText, text.slice(0, 2000))];
        const {code, text: said} = answer.fault, [, reference] = /\(ref (\w+)\)$/.exec(said) ?? [];
        return [faultShown(code, said), ...reference ? [make('p', {class: 'hint'},
            'The cause is in the error log of this server, under the reference ',
            make('code', {}, reference), '.')] : []];
    }
    function faultShown(code, text) {
        return make('div', {class: 'fault'}, make('b', {}, code),
            make('span', {class: 'string'}, text));
    }

    refresh();
    const hint = (fields.some(self => self.send) ? OPTIONAL : '') + (fields.some(({param}) =>
        !composite(param) && /array|struct|undef/.test(param.type)) ? NESTED : '');
    const element = make('form', {submit: call, novalidate: true, autocomplete: 'off',
        keydown(event) {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) call(event);
        }},
    ...fields.map(self => self.element), hint && make('p', {class: 'hint'}, hint),
    make('div', {class: 'go'}, make('button', {}, 'Call'), link, status), result,
    make('fieldset', {}, make('legend', {}, 'The same call from'), ...languages.map(
        (language, index) => make('label', {}, picks[index], make('span', {}, language)))), lines);
    return {
        element,
        complain(text) { status.textContent = text; },
        kept: () => fields.map(self => [self.sent(), self.look()]),
        keep(kept) {
            fields.forEach((self, index) => {
                const [sent, node] = kept[index] ?? [];
                if (node) self.fill(node);
                self.tick(Boolean(sent));
            });
            refresh();
        },
        fill(nodes) {
            fields.forEach((self, index) => {
                const rest = index === params.length && nodes.length > index;
                const node = rest ? {type: 'array', items: nodes.slice(index)} : nodes[index];
                if (node) self.fill(node);
                self.tick(Boolean(node));
            });
            refresh();
        },
    };
}

const idOf = name => encodeURIComponent(name).replace(/[!'()*]/g,
    char => `%${char.charCodeAt().toString(16).toUpperCase()}`);     // as page.py makes ids
const linkOf = (name, nodes) => `#${idOf(name)}` + (nodes.length ?
    `=${encodeURIComponent(jsonOf({type: 'array', items: nodes}))}` : '');
