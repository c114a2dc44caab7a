"""The value of a methodResponse: the reading half of the wire codec for a client."""

from ..decode import MAX_DEPTH, MAX_ELEMENTS, Message
from ..errors import INVALID_CALL, Fault, WireFault


def decode_response(body, charset=None, max_depth=MAX_DEPTH, max_elements=MAX_ELEMENTS):
    """Return the value of the methodResponse in `body` (bytes); the arguments are decode_call's.

    Raises WireFault as decode_call does, and xmlrpc.client.Fault where the message is a fault.
    """
    message = Message(max_depth, max_elements)
    message.read(body, charset)
    if message.root != 'methodResponse' or len(message.params) != 1:
        raise WireFault(INVALID_CALL, 'expected a methodResponse with one value or fault')
    value = message.params[0]
    if message.is_fault:
        if not isinstance(value, dict) or not isinstance(value.get('faultCode'), int) \
                or not isinstance(value.get('faultString'), str):
            raise WireFault(INVALID_CALL, 'the fault is not a struct of faultCode and faultString')
        raise Fault(value['faultCode'], value['faultString'])
    return value
