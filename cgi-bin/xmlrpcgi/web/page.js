// The page: its methods, what the address says of them, the search, and the login.  Text of
// the application, of the user or of an answer becomes only text nodes, and attributes that hold
// no code.

let user, structs, methods, entries, token = '';

const KEPT = 200000;            // characters of typed text that survive a reload

// An entry: {name, article, link, text, details, form()}.
function begin() {
    const data = JSON.parse(document.querySelector('script[type="application/json"]').text);
    user = data.user;
    structs = new Map(Object.entries(data.structs));
    methods = new Map(Object.entries(data.methods));
    entries = [...document.querySelectorAll('article')].map(entry);
    document.querySelector('form[role=search]').hidden = !entries.length;
    if (data.login) offerLogin();
    // Behind a proxy, the server may know only the address inside: show the browser's.
    const title = document.querySelector('h1'), sample = document.querySelector('figure pre');
    const lines = sample.textContent.replace(title.textContent, () => address);
    sample.replaceWith(copyable('Python', lines));
    title.textContent = address;
}

function entry(article) {
    const name = decodeURIComponent(article.id), details = article.firstElementChild;
    let made;
    const self = {
        name, article, details,
        text: `${name} ${article.textContent}`.toLowerCase(),
        link: document.querySelector(`nav a[href="#${CSS.escape(article.id)}"]`)?.parentElement,
        form() {
            if (!made && methods.has(name)) {
                made = form(name, methods.get(name), remember);
                details.append(make('div', {class: 'try'}, made.element));
            }
            return made;
        },
        made: () => made,
        open() {
            self.form();
            details.open = true;
            article.closest('section > details').open = true;
        },
    };
    details.addEventListener('toggle', () => {      // also by the browser's search
        if (details.open) self.form();
        remember();
    });
    details.firstElementChild.addEventListener('click', () => {
        self.form();
        if (!details.open) history.replaceState(history.state, '', `#${article.id}`);
    });
    return self;
}

// What was typed is kept in the entry of the tab's history, so that a reload does not lose it.

let timer;

function remember() {
    clearTimeout(timer);
    timer = setTimeout(keep, 400);
}

function keep() {
    clearTimeout(timer);
    const kept = entries.filter(({details}) => details.open).map(
        self => [self.name, self.made()?.kept() ?? []]);
    const text = JSON.stringify(kept, (key, value) => value instanceof Element ? null : value);
    try {
        history.replaceState(text.length < KEPT ? {kept: text} : null, '');
    } catch { /* too often, or too much: it is a convenience */ }
}

function recall() {
    for (const [name, kept] of JSON.parse(history.state?.kept ?? '[]')) {
        const self = entries.find(other => other.name === name);
        if (!self) continue;
        self.open();
        try { self.made()?.keep(kept); } catch { /* the method is another one now */ }
    }
}

// #shop.create opens that form, #shop.create=["Ann", 2] fills it in, too; calls are made by hand.
function follow() {
    const [, id, text] = /^#([^=]*)(?:=(.*))?$/s.exec(location.hash) ?? [];
    const self = id && entries.find(({article}) => article.id === id);
    if (!self) {
        const details = document.getElementById(location.hash.slice(1))?.closest('details');
        if (details) details.open = true;       // a namespace
        return;
    }
    self.open();
    if (text !== undefined) {
        try { self.made().fill(json(decodeURIComponent(text), 'array').items); } catch {
            self.made().complain('The arguments in the address cannot be read.');
        }
    }
    self.article.scrollIntoView();
    remember();
}

// Search: methods that have all the words.

const search = document.querySelector('form[role=search]'), sought = search.querySelector('input');
let folds = null;               // which namespaces were open before a search

function filter() {
    const wanted = sought.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const {article, link, text} of entries) {
        article.hidden = !wanted.every(word => text.includes(word));
        if (link) link.hidden = article.hidden;
        found += !article.hidden;
    }
    for (const part of document.querySelectorAll('nav > ul > li')) {
        const id = part.firstElementChild.getAttribute('href').slice(1);
        const section = document.getElementById(id).closest('section');
        section.hidden = part.hidden = !section.querySelector('article:not([hidden])');
    }
    const namespaces = [...document.querySelectorAll('section > details')];
    if (wanted.length) {
        folds ??= namespaces.map(details => details.open);
        for (const details of namespaces) details.open = true;
    } else if (folds) {
        namespaces.forEach((details, index) => { details.open = folds[index]; });
        folds = null;
    }
    search.querySelector('[role=status]').textContent = !wanted.length ? '' :
        found ? `${found} of ${entries.length}` : 'No method has these words.';
}

sought.addEventListener('input', filter);
search.addEventListener('submit', event => {
    event.preventDefault();
    document.querySelector('article:not([hidden]) summary')?.focus();
});
document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && event.target === sought) { sought.value = ''; filter(); }
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input, textarea, select')) return;
    event.preventDefault();
    sought.focus();
});

// The login by a token, which this page alone holds: the server makes the page of that user.

function offerLogin() {
    const field = make('input', {type: 'password', autocomplete: 'off', 'aria-label': 'Token',
        placeholder: 'Token'});
    const said = make('span', {role: 'status'});
    const ask = make('form', {class: 'login', async submit(event) {
        event.preventDefault();
        try {
            const response = await fetch(address, {headers: {'X-Auth-Token': field.value.trim()}});
            if (!response.ok) throw Error(response.status === 401 ? 'This token is not known.' :
                `The server answered ${response.status}.`);
            enter(field.value.trim(), await response.text());
        } catch (error) { said.textContent = error.message; }
    }}, field, ' ', make('button', {class: 'small'}, 'Log in'), ' ', said);
    const open = small('Log in', 'Log in', () => { open.replaceWith(ask); field.focus(); });
    document.querySelector('p.login')?.append(' ', open);
}

function enter(newToken, text) {
    const other = new DOMParser().parseFromString(text, 'text/html');   // runs no script
    token = newToken;
    for (const part of ['main', 'nav', 'script[type="application/json"]']) {
        const here = document.querySelector(part), there = other.querySelector(part);
        if (here && there) here.replaceWith(document.adoptNode(there));
    }
    begin();
    filter();
}

begin();
recall();
if (!history.state?.kept) follow();
addEventListener('hashchange', follow);
addEventListener('beforeunload', keep);
