// Types, in the form of system.describe: in words, as an example, and whether a node fits.

const ANY = ['auto', 'string', 'int', 'double', 'boolean', 'dateTime.iso8601', 'base64', 'array',
    'struct', 'nil'];           // of a value without a hint
const short = name => SHORT[name] ?? name;
function alternatives(type) {
    if (type.any_of) return type.any_of.flatMap(alternatives);
    if (type.choices) return [type];
    const names = type.type.split(' or ');
    return (names.includes('undef') ? ANY : names).map(name => ({...type, type: name}));
}

function words(type) {
    const names = (type.any_of ?? type.type.split(' or ').map(name => ({...type, type: name})))
        .map(part => part.any_of ? words(part) : word(part));
    return names.includes('any') ? 'any' : [...new Set(names)].join(' or ');
}

function word({type, title, item, items, choices}) {
    if (type === 'struct' && title && !choices) return title;
    if (item && words(item) !== 'any') {
        return `${type} of ${words(item).includes(' or ') ? `(${words(item)})` : words(item)}`;
    }
    return items ? `${type} of (${items.map(words).join(', ')})` : short(type);
}

const membersOf = ({type, title}) => type === 'struct' ? structs.get(title) : undefined;
const hasFields = option => !option.choices &&
    Boolean(option.item ?? option.items ?? membersOf(option));
const composite = type => alternatives(type).some(hasFields);

// A node like those of the type, for placeholders.
function like(type, depth = 0) {
    if (type.value !== undefined) return json(type.value);
    const [option] = alternatives(type), members = membersOf(option), {item, items} = option;
    if (option.choices) return infer(option.choices[0]);
    if (depth > 3 && hasFields(option)) return infer(option.type === 'array' ? [] : {});
    if (members) {
        return {type: 'struct', members: members.map(part => [part.name, like(part, depth + 1)])};
    }
    if (item && option.type === 'struct') {
        return {type: 'struct', members: [['name', like(item, depth + 1)]]};
    }
    if (item || items) {
        return {type: 'array', items: (items ?? [item]).map(part => like(part, depth + 1))};
    }
    return infer({int: 1, double: 1.5, boolean: true, nil: null, array: [1, 'two'],
        struct: {name: 1}, base64: {$base64: 'AAH/'},
        'dateTime.iso8601': {$dateTime: '1998-07-17T14:08:55'}}[option.type] ?? 'text');
}

// Whether the fields of a type can hold a node.
const fits = (type, node) => alternatives(type).some(option => takes(option, node));

function takes(option, node) {
    const {type, item, items, choices} = option, members = membersOf(option);
    if (type === 'auto') return node.type !== 'json';
    const number = short(node.type) === 'int' && (type === 'int' || type === 'double');
    if (type !== node.type && !number) return false;
    if (choices) return choices.map(infer).some(same => same.text === node.text);
    if (node.items) {
        return (!items || items.length === node.items.length) && node.items.every(
            (part, index) => !item && !items || fits(item ?? items[index], part));
    }
    if (node.members && members) {
        const known = new Map(members.map(member => [member.name, member]));
        const names = new Set(node.members.map(([name]) => name));
        return node.members.every(([name, part]) => known.has(name) && fits(known.get(name), part))
            && members.every(member => member.optional || names.has(member.name));
    }
    return !node.members || !item || node.members.every(([, part]) => fits(item, part));
}
