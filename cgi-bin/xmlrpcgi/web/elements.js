// Elements that several parts of the page have.

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

const small = (label, name, click) =>
    make('button', {type: 'button', class: 'small', 'aria-label': name, click}, label);

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
