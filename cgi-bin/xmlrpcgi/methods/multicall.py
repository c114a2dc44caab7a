"""system.multicall: several calls in one request.

Convention: http://tech.groups.yahoo.com/group/xml-rpc/message/1208.
"""

from time import perf_counter

from ..encode import Writer, fault_struct
from ..errors import (
    APPLICATION,
    BAD_PARAMS,
    INVALID_CALL,
    NOT_ALLOWED,
    EncodeFault,
    LibraryError,
    OutOfTime,
    Refusal,
    WireFault,
)
from ..wire.objects import Written
from .causes import Causes


def multicall(handler, context, calls):
    """Run each of `calls` ({methodName, params}); return [value] or a fault struct for each.

    context (Context): of the call of system.multicall itself.
    """
    if not isinstance(calls, list):
        raise WireFault(BAD_PARAMS, 'system.multicall takes an array of structs')
    most = handler.settings.MAX_MULTICALL
    if handler.settings.MAX_CALLS_PER_MINUTE:
        most = min(most, handler.settings.MAX_CALLS_PER_MINUTE)
    if len(calls) > most:
        raise WireFault(INVALID_CALL, 'system.multicall takes at most %d calls, %d came'
                        % (most, len(calls)))
    causes = context.causes = Causes(handler, context.request)
    context.descriptions = {}           # by system.describe, made once for all calls
    try:
        return _answers(handler, context, calls, causes)
    finally:
        context.causes, context.descriptions = None, {}
        causes.finish()


def _answers(handler, context, calls, causes):
    answers, refused, left = [], None, handler.settings.MAX_ANSWER
    run = _logged_part if handler.settings.LOG_CALLS else _part
    for call in calls:
        try:
            answers.append(refused or run(handler, context, call, left))
        except EncodeFault as error:        # MAX_ANSWER is used up: no further part is run
            refused = fault_struct(*causes.fault(error, 'system.multicall'))
            answers.append(refused)
        except Refusal as refusal:
            if not answers:
                raise                       # no part has run: the whole request is refused
            fault = WireFault(NOT_ALLOWED, str(refusal))
            fault.__cause__ = refusal
            answers.append(fault_struct(*causes.fault(fault, call['methodName'].strip())))
        if isinstance(answers[-1], Written):
            left = left and max(left - len(answers[-1].xml), 1)
        elif answers[-1]['faultCode'] == NOT_ALLOWED:
            refused = answers[-1]           # so that one request cannot try many names
    return answers


def _logged_part(handler, context, call, left):
    """As _part, and log the call; one that ends all the others counts as failed."""
    from ..web.calls import part
    started, fault = perf_counter(), APPLICATION
    try:
        answer = _part(handler, context, call, left)
        fault = None if isinstance(answer, Written) else answer['faultCode']
        return answer
    except Refusal:
        fault = NOT_ALLOWED
        raise
    finally:
        method = call.get('methodName') if isinstance(call, dict) else None
        part(method if isinstance(method, str) else None, fault, started, context.request,
             handler.settings)
        if context.request is not None:     # for its own line
            context.request.method_name = 'system.multicall'


def _part(handler, context, call, left):
    method, request = None, context.request
    try:
        if not isinstance(call, dict) or not isinstance(call.get('methodName'), str) \
                or not isinstance(call.get('params', []), list):
            raise WireFault(INVALID_CALL, 'each call is a struct of methodName (a string) and '
                                          'params (an array)')
        method = call['methodName'].strip()
        if method == 'system.multicall':
            raise WireFault(INVALID_CALL, 'system.multicall may not call itself')
        if request is not None:
            request.method_name = method
        value = handler.in_parent(request, handler._dispatch, method, call.get('params', []))
        if value is None and not handler.allow_none:
            value = ''
        # Written here, so that a value that cannot be sent fails only this call.
        writer = Writer(context.extended, handler.allow_none, left)
        xml = handler.in_parent(request, writer.write, [value])
        xml.encode('utf-8')
        return Written(xml)
    except (LibraryError, OutOfTime, Refusal):      # these end all the calls
        raise
    except BaseException as error:
        if isinstance(error, EncodeFault) and error.is_too_large:
            raise
        return fault_struct(*handler.in_parent(request, context.causes.fault, error, method))
