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
from time import sleep

_HERE = __file__.rpartition('/resident/')[0]
_OURS = tuple(_HERE + name for name in ('/methods/', '/wire/', '/encode.py', '/signature.py'))
_UNDISTURBED = 0.5          # seconds of the switch interval while this thread looks (usual: 0.005)
_HURRY = 1e-5               # the same, while the late thread goes on
_LOOKS = 50                 # looks at most, then other calls get their turn
_STILL = 5                  # looks at threads that do not go on: they wait for something
_changing = [threading.Lock()]  # held while the switch interval is changed; `forget` replaces it
_TOOLS = 4, 3               # ids of sys.monitoring that Python's documentation gives to no tool


def is_open(code, folder):
    """Whether OutOfTime may come in a frame of `code`; folder (str or None): of lib/, None: all."""
    path = code.co_filename
    return folder is None or path.startswith(folder + '/') or path.startswith(_OURS)


def forget():
    """Make a new lock, in a child of this process: a thread that is gone may have held it."""
    _changing[0] = threading.Lock()


class ByException:
    """Raises by raise_in(thread, exception class), as found by deadline._find_raise_in."""

    def __init__(self, raise_in):
        self._raise_in = raise_in
        import opcode
        self._extended, names = opcode.EXTENDED_ARG, opcode.opname
        self._jumps = {number for number, name in enumerate(names)
                       if name == 'JUMP_ABSOLUTE' or 'JUMP_BACKWARD' in name
                       and 'NO_INTERRUPT' not in name}
        self._calls = {number for number, name in enumerate(names)
                       if name.startswith(('CALL', 'PRECALL'))}
        self._branches = {number for number, name in enumerate(names)
                          if name.startswith('POP_JUMP_IF')}        # where they lead back

    def end(self, threads, folder, error, raised):
        """Raise `error` in those of the threads that are at a place for that.

        raised: called as raised(thread) when it was raised there.
        """
        left, seen, still = list(threads), None, 0
        with _changing[0]:
            before = sys.getswitchinterval()
            try:
                for _ in range(_LOOKS):
                    sys.setswitchinterval(_UNDISTURBED)
                    frames = sys._current_frames()
                    for thread in list(left):
                        if self._raised(thread, frames.get(thread), folder, error):
                            raised(thread)
                            left.remove(thread)
                    steps = [(id(frames[thread]), frames[thread].f_lasti)
                             for thread in left if thread in frames]
                    del frames
                    still = still + 1 if steps == seen else 0
                    if not left or still == _STILL:
                        break
                    seen = steps
                    # Without a hurry, this thread would go on when the late one waits for
                    # something, always at one place.
                    sys.setswitchinterval(_HURRY)
                    sleep(_HURRY)
            finally:
                sys.setswitchinterval(before)

    def _raised(self, thread, frame, folder, error):
        place = self._place(frame, folder)
        if place is None:
            return False
        self._raise_in(thread, error)
        if self._place(sys._current_frames().get(thread), folder) == place:
            return True
        self._raise_in(thread, None)    # it went on meanwhile, to who knows where
        return False

    def _place(self, frame, folder):
        """(the frame's id, its last step) where a thread may be ended now, else None.

        That is behind a call, or where a loop begins anew: not in the middle of the steps by which
        `with` and `try` blocks begin and end.
        """
        if frame is None or not is_open(frame.f_code, folder):
            return None
        at, data = frame.f_lasti, frame.f_code.co_code
        if not 0 <= at < len(data) or not (
                data[at] in self._jumps or data[at] in self._calls or data[at] in self._branches
                and self._leads_back(data, at)):
            return None
        return id(frame), at

    def _leads_back(self, data, at):
        target, shift = data[at + 1], 8
        before = at - 2
        while before >= 0 and data[before] == self._extended:
            target |= data[before + 1] << shift
            before, shift = before - 2, shift + 8
        return target * (2 if sys.version_info >= (3, 10) else 1) < at


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

    def end(self, threads, folder, error, raised):
        """Have `error` raised in the threads, each at its next place for that.

        raised: called there as raised(thread), before.
        """
        with self._gate:
            if not self._take_tool():
                return
            frames = sys._current_frames()
            for thread in threads:
                self._wanted[thread] = folder, error, raised
                self._watch(frames.get(thread), folder)

    def _watch(self, frame, folder):
        events = sys.monitoring.events
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
        thread = get_ident()
        _, error, raised = self._wanted.pop(thread, (None, None, None))
        if error is not None:
            raised(thread)
            raise error
