"""shapes: what a server says of its methods, reduced to what has the shape it should have.

A server may send anything under any name. Here alone it is looked at; what the functions below
return, the rest of the program can rely on. A part of another shape is left out; parts that are
not known here are passed on for `describe --json`.
"""


def names(found):
    """Return the answer of system.listMethods as a list of str, None where it is not one."""
    if isinstance(found, list) and all(isinstance(name, str) for name in found):
        return found
    return None


def description(found):
    """Return the answer of system.describe: {'methods': [...], 'unavailable': [...]} and more.

    None where it is somebody else's system.describe, without a list of methods.
    """
    if not isinstance(found, dict) or not isinstance(found.get('methods'), list) or not all(
            isinstance(method, dict) and isinstance(method.get('name'), str)
            for method in found['methods']):
        return None
    unavailable = found.get('unavailable')
    if not isinstance(unavailable, list):
        unavailable = []
    return dict(found, methods=[_kept(method, _METHOD) for method in found['methods']],
                unavailable=[entry for entry in unavailable if isinstance(entry, dict)
                             and isinstance(entry.get('name'), str)])


def is_text(value):
    """Whether `value` is the help of a method."""
    return isinstance(value, str)


def is_rows(value):
    """Whether `value` is a method's signatures: rows of type names, the result's first."""
    return isinstance(value, list) and all(
        isinstance(row, list) and row and all(isinstance(item, str) for item in row)
        for row in value)


def _is_params(value):
    return isinstance(value, list) and all(
        isinstance(param, dict) and _kept(param, _PARAM) == param for param in value)


def _is_list(value):
    return isinstance(value, list)


# Name of a part: whether its value has the right shape.
_PARAM = {'name': is_text, 'type': is_text, 'hint': is_text, 'choices': _is_list}
_METHOD = {'help': is_text, 'signatures': is_rows, 'params': _is_params, 'result': is_text}


def _kept(found, parts):
    """Return `found` (dict) without those of `parts` whose shape is wrong."""
    return {name: value for name, value in found.items()
            if name not in parts or parts[name](value)}
