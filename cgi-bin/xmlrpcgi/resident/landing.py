"""Where OutOfTime may be raised in a thread: in code of lib/, and in ours that holds no lock.

Elsewhere it could come between the taking of a lock and the `try` behind it, in an import or in
`logging`, and all other threads would wait for that lock for ever.

ByException looks which frame runs now, and has the interpreter raise the exception there
(PyThreadState_SetAsyncExc). Since Python 3.13 the exception comes a step later, which may be the
first of an `__exit__` that then releases nothing. So from 3.12 on ByMonitoring watches the code of
lib/ that is running (sys.monitoring), and raises where a loop begins anew: `with` and `try` blocks
round the loop then end as ever. It also raises where a function begins, if nothing that called it
has such a block. Code that is not running whenever somebody looks, as an async function whose
loop waits for the network, is watched from its next step on.

Neither raises within __enter__ and __exit__: what they take or release would stay taken.

A signal handler (alarm.py) knows the frame that it may raise in, and asks Places.
"""

import gc
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
_HOLDING = '__enter__', '__exit__', '__aenter__', '__aexit__', '__del__'


def is_open(code, folder):
    """Whether OutOfTime may come in a frame of `code`; folder (str or None): of lib/, None: all."""
    path = code.co_filename
    return folder is None or path.startswith(folder + '/') or path.startswith(_OURS)


def is_holding(frame):
    """Whether the frame, or one that called it, takes or releases what a `with` block holds."""
    while frame is not None and frame.f_code.co_name not in _HOLDING:
        frame = frame.f_back
    return frame is not None


def current_frames():
    """As sys._current_frames, {thread: its frame}, but without a garbage collection within it.

    Before Python 3.11.9 that call holds a lock of the interpreter which another thread may wait for
    while the collection lets that thread run: the whole process stands still (CPython's issue
    106883).
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return sys._current_frames()
    finally:
        if collects:
            gc.enable()


def forget():
    """Make a new lock, in a child of this process: a thread that is gone may have held it."""
    _changing[0] = threading.Lock()


class Places:
    """The places in code where a thread may be ended: behind a call, or where a loop begins anew.

    They are not in the middle of the steps by which `with` and `try` blocks begin and end.
    """

    def __init__(self):
        import opcode
        self._extended, names = opcode.EXTENDED_ARG, opcode.opname
        self._jumps = {number for number, name in enumerate(names)
                       if name == 'JUMP_ABSOLUTE' or 'JUMP_BACKWARD' in name
                       and 'NO_INTERRUPT' not in name}
        self._calls = {number for number, name in enumerate(names)
                       if name.startswith(('CALL', 'PRECALL'))}
        self._branches = {number for number, name in enumerate(names)
                          if name.startswith('POP_JUMP_IF')}        # where they lead back
        self._starts = {opcode.opmap.get('RESUME')}
        self._entering = opcode.opmap.get('LOAD_SPECIAL')           # Python 3.14: a `with` calls

    def has(self, frame, folder):
        """Whether the frame (or None), of code in `folder` as for is_open, is at such a place."""
        if frame is None or not is_open(frame.f_code, folder):
            return False
        at, data = frame.f_lasti, frame.f_code.co_code
        return 0 <= at < len(data) and (
            data[at] in self._jumps
            or data[at] in self._calls and (not at or data[at - 2] != self._entering)
            or data[at] in self._branches and self._leads_back(data, at)) \
            and not is_holding(frame)

    def begins(self, frame, folder):
        """Whether a function begins in the frame, and nothing that called it has a `try` block."""
        if frame is None or frame.f_code.co_code[frame.f_lasti] not in self._starts \
                or is_holding(frame):
            return False
        inner = frame
        while frame is not None and is_open(frame.f_code, folder):
            if frame.f_code.co_exceptiontable:
                return False
            frame = frame.f_back
        return frame is not inner

    def _leads_back(self, data, at):
        target, shift = data[at + 1], 8
        before = at - 2
        while before >= 0 and data[before] == self._extended:
            target |= data[before + 1] << shift
            before, shift = before - 2, shift + 8
        return target * (2 if sys.version_info >= (3, 10) else 1) < at


class ByException:
    """Raises by raise_in(thread, exception class), as found by deadline._find_raise_in."""

    def __init__(self, raise_in):
        self._raise_in, self._places = raise_in, Places()

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
                    frames = current_frames()
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
        if self._place(current_frames().get(thread), folder) == place:
            return True
        self._raise_in(thread, None)    # it went on meanwhile, to who knows where
        return False

    def _place(self, frame, folder):
        """(the frame's id, its last step) where a thread may be ended now, else None."""
        return (id(frame), frame.f_lasti) if self._places.has(frame, folder) else None


class ByMonitoring:
    """Raises by sys.monitoring; one per process.

    tool (int or None): the id there, None where others have all of them.
    """

    def __init__(self):
        self._gate = threading.RLock()
        self._wanted = {}           # {thread: (folder, error, raised)}
        self._codes = {}            # {id of a code object that is watched: itself, and its bytes}
        self._tool = self._folder = None
        from opcode import opmap
        self._jump, self._extended = opmap['JUMP_BACKWARD'], opmap['EXTENDED_ARG']

    def end(self, threads, folder, error, raised):
        """Have `error` raised in the threads, each at its next place for that.

        raised: called there as raised(thread), before.
        """
        with self._gate:
            if not self._take_tool(folder):
                return
            frames = current_frames()
            for thread in threads:
                self._wanted[thread] = folder, error, raised
                frame = frames.get(thread)
                while frame is not None:
                    self._watch(frame.f_code)
                    frame = frame.f_back

    def _watch(self, code):
        # By id: the code of two versions of lib/ may be equal.
        if id(code) not in self._codes and is_open(code, self._folder):
            events = sys.monitoring.events
            self._codes[id(code)] = code, code.co_code
            sys.monitoring.set_local_events(self._tool, code, events.INSTRUCTION)

    def drop(self, thread):
        """Nothing more is to be raised in the thread; without any, nothing is watched."""
        if self._wanted.pop(thread, None) is None or self._wanted:
            return
        with self._gate:
            if not self._wanted:
                self._release_tool()

    def _release_tool(self):
        if self._tool is not None:
            for code, _ in self._codes.values():
                sys.monitoring.set_local_events(self._tool, code, 0)
            self._codes.clear()
            sys.monitoring.set_events(self._tool, 0)
            sys.monitoring.free_tool_id(self._tool)
            self._tool = None

    def forget(self):
        """Forget other threads and what they held, in a child of this process."""
        self._gate = threading.RLock()
        self._wanted.clear()
        self._release_tool()

    def _take_tool(self, folder):
        monitoring, events = sys.monitoring, sys.monitoring.events
        for tool in _TOOLS if self._tool is None else ():
            if monitoring.get_tool(tool) is None:
                monitoring.use_tool_id(tool, 'xmlrpcgi')
                monitoring.register_callback(tool, events.INSTRUCTION, self._at_step)
                monitoring.register_callback(tool, events.PY_START, self._at_start)
                monitoring.register_callback(tool, events.PY_RESUME, self._at_resume)
                monitoring.set_events(tool, events.PY_START | events.PY_RESUME)
                self._tool = tool
                break
        if self._folder != folder:
            self._folder = folder
            monitoring.restart_events()     # of code that was not open
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
        if not is_holding(sys._getframe(1)):
            self._raise()
        return None

    def _at_start(self, code, offset):
        if self._at_resume(code, offset) is None:
            wanted = self._wanted.get(get_ident())
            frame = caller = sys._getframe(1)
            while wanted and frame is not None and is_open(frame.f_code, wanted[0]):
                if frame.f_code.co_exceptiontable:
                    return None
                frame = frame.f_back
            if wanted and not is_holding(caller):
                self._raise()
            return None
        return sys.monitoring.DISABLE

    def _at_resume(self, code, offset):
        """A function goes on, as an async one does: it may not have run when somebody looked."""
        if not is_open(code, self._folder):
            return sys.monitoring.DISABLE
        if get_ident() in self._wanted:
            with self._gate:
                if self._tool is not None:
                    self._watch(code)
        return None

    def _raise(self):
        thread = get_ident()
        _, error, raised = self._wanted.pop(thread, (None, None, None))
        if error is not None:
            raised(thread)
            raise error
