"""Where OutOfTime may be raised in a thread: in code of lib/, and in ours that holds no lock.

Elsewhere it could come between the taking of a lock and the `try` behind it, in an import or in
`logging`, and all other threads would wait for that lock for ever.

ByException looks which frame runs now, and has the interpreter raise the exception there
(PyThreadState_SetAsyncExc). Since Python 3.13 the exception comes a step later, which may be the
first of an `__exit__` that then releases nothing. So from 3.12 on ByMonitoring watches the code of
lib/ that is running (sys.monitoring), and raises where a loop begins anew: `with` and `try` blocks
round the loop then end as ever. It also raises where a function begins, if nothing that called it
has such a block.
"""

import sys
import threading
from _thread import get_ident

_HERE = __file__.rpartition('/resident/')[0]
_OURS = tuple(_HERE + name for name in ('/methods/', '/wire/', '/encode.py', '/signature.py'))
_TOOLS = 4, 3               # ids for sys.monitoring that no kind of tool has for itself


def is_open(code, folder):
    """Whether OutOfTime may come in a frame of `code`; folder (str or None): of lib/, None: all."""
    path = code.co_filename
    return folder is None or path.startswith(folder + '/') or path.startswith(_OURS)


def frame_of(thread):
    """Return the frame that a thread runs, None where it is gone."""
    return sys._current_frames().get(thread)


class ByException:
    """Raises by raise_in(thread, exception class), as found by deadline._find_raise_in."""

    def __init__(self, raise_in):
        self._raise_in = raise_in

    def end(self, thread, folder, error, raised):
        """Raise `error` in the thread, if it is at a place for that; call raised() before."""
        frame = frame_of(thread)
        if frame is not None and is_open(frame.f_code, folder):
            raised()
            self._raise_in(thread, error)

    def drop(self, thread):
        """Nothing more is to be raised in the thread."""


class ByMonitoring:
    """Raises by sys.monitoring; one per process.

    tool (int or None): the id there, None where others have all of them.
    """

    def __init__(self):
        self._gate = threading.RLock()
        self._wanted = {}           # {thread: (folder, error, raised)}
        self._codes = {}            # {id of a code object that is watched: itself, and its bytes}
        self._tool = None
        from opcode import opmap
        self._jump, self._extended = opmap['JUMP_BACKWARD'], opmap['EXTENDED_ARG']

    def end(self, thread, folder, error, raised):
        """Have `error` raised in the thread at the next place for that; raised() comes first."""
        with self._gate:
            if not self._take_tool():
                return
            self._wanted[thread] = folder, error, raised
            frame, events = frame_of(thread), sys.monitoring.events
            while frame is not None:
                code = frame.f_code
                # By id: the code of two versions of lib/ may be equal.
                if id(code) not in self._codes and is_open(code, folder):
                    self._codes[id(code)] = code, code.co_code
                    sys.monitoring.set_local_events(self._tool, code,
                                                    events.INSTRUCTION | events.PY_START)
                frame = frame.f_back

    def drop(self, thread):
        """Nothing more is to be raised in the thread; without any, nothing is watched."""
        if self._wanted.pop(thread, None) is None or self._wanted:
            return
        with self._gate:
            if self._wanted or self._tool is None:
                return
            for code, _ in self._codes.values():
                sys.monitoring.set_local_events(self._tool, code, 0)
            self._codes.clear()
            sys.monitoring.free_tool_id(self._tool)
            self._tool = None

    def forget(self):
        """Forget other threads and what they held, in a child of this process."""
        self._gate = threading.RLock()
        self._wanted.clear()

    def _take_tool(self):
        monitoring = sys.monitoring
        for tool in _TOOLS if self._tool is None else ():
            if monitoring.get_tool(tool) is None:
                monitoring.use_tool_id(tool, 'xmlrpcgi')
                monitoring.register_callback(tool, monitoring.events.INSTRUCTION, self._at_step)
                monitoring.register_callback(tool, monitoring.events.PY_START, self._at_start)
                self._tool = tool
                break
        return self._tool is not None

    def _at_step(self, code, offset):
        watched = self._codes.get(id(code))
        if watched is None:             # no longer
            return None
        data, at = watched[1], offset
        while data[at] == self._extended:
            at += 2
        if data[at] != self._jump:
            return sys.monitoring.DISABLE
        self._raise()
        return None

    def _at_start(self, code, offset):
        wanted = self._wanted.get(get_ident())
        if wanted is not None:
            frame = sys._getframe(1)
            while frame is not None and is_open(frame.f_code, wanted[0]):
                if frame.f_code.co_exceptiontable:
                    return
                frame = frame.f_back
            self._raise()

    def _raise(self):
        _, error, raised = self._wanted.pop(get_ident(), (None, None, None))
        if error is not None:
            raised()
            raise error
