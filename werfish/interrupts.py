"""Ctrl-C and SIGTERM: raised where that is safe, and known again by what they end.

Python raises an interrupt between any two instructions of the main thread. Between the two with
which a library takes a lock and begins the block that gives it back, the lock is lost, and whoever
wants it next waits for ever; what comes while an object is taken apart is not raised at all. So in
code that such a lock, or such an end, belongs to an interrupt waits until that code is left.

What comes just before the main thread begins to wait does not wake it: a thread sends it again. The
same thread ends the process where what is undone does not end.
"""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

INTERRUPTED_EXIT_CODE = 130
TERMINATED_EXIT_CODE = 143

PAUSE = 0.01
"""Seconds until an interrupt that waits looks again."""
MOST_LOOKS = 500
"""So often does it look before it is raised wherever that is."""
LONGEST_UNDOING = 60.0
"""Seconds in which an interrupted process must have ended."""
_POKES = (0.02, 0.1, 0.5)
"""Seconds after which the main thread is woken, one after the other."""

_DELICATE = frozenset(
    {
        *("threading", "queue", "weakref", "_weakrefset", "contextlib", "logging", "subprocess"),
        *("concurrent.futures._base", "concurrent.futures.thread"),
        *("werfish.process", __name__),
    }
)
"""Modules that take locks, start processes, or enter blocks."""
_WAITS = frozenset({"wait", "_wait_for_tstate_lock", "_try_wait", "_wait"})
"""Their functions that wait for what others do, and hold nothing meanwhile."""
_IMPORTING = "<frozen importlib"
"""How the file names of the code that imports begin."""
_TAKING_APART = "__del__"


class Terminated(KeyboardInterrupt):
    """SIGTERM came: what is being done is undone as after Ctrl-C."""


class Hearing:
    """Raises what signals ask for, in the main thread, as soon as that is safe."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self.raised: type[KeyboardInterrupt] | None = None
        """What was raised last."""
        self.waiting: type[KeyboardInterrupt] | None = None
        """What is to be raised."""
        self._seen: tuple[FrameType | None, int] = None, 0
        self._looks = 0

    def came(self, number: int, frame: FrameType | None) -> None:
        """Take the signal *number*, which came in *frame*."""
        self._wait_with(Terminated if number == signal.SIGTERM else KeyboardInterrupt)
        self._look(frame)

    def look_again(self, _number: int, frame: FrameType | None) -> None:
        """Raise what waits, if it is safe by now."""
        self._look(frame)

    def lost(self, unraisable: "sys.UnraisableHookArgs") -> None:
        """Raise an interrupt again that Python could not, and pass anything else on."""
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            sys.__unraisablehook__(unraisable)
            return
        self._wait_with(unraisable.exc_type)
        signal.setitimer(signal.ITIMER_REAL, PAUSE)

    def _wait_with(self, kind: type[KeyboardInterrupt]) -> None:
        self.waiting, self._seen, self._looks = kind, (None, 0), 0

    def _look(self, frame: FrameType | None) -> None:
        kind = self.waiting
        if kind is None:
            return
        place = frame, frame.f_lasti if frame else 0
        is_blocked = place == self._seen
        self._seen, self._looks = place, self._looks + 1
        if self._looks < MOST_LOOKS and is_delicate(frame, is_blocked=is_blocked):
            signal.setitimer(signal.ITIMER_REAL, PAUSE)
            return
        self.waiting, self._seen = None, (None, 0)
        self.raised = kind
        raise kind


def is_delicate(frame: FrameType | None, *, is_blocked: bool = False) -> bool:
    """Whether what is raised in *frame* may leave a lock behind, or not be raised at all.

    Code that *is_blocked*, in one call for some time, may be waiting for what others do. An import
    comes to its end by itself, also where it waits for that of another thread.
    """
    if frame is None:
        return False
    waits = is_blocked and frame.f_code.co_name in _WAITS
    if not waits and frame.f_globals.get("__name__") in _DELICATE:
        return True
    return any(
        code.co_name == _TAKING_APART or code.co_filename.startswith(_IMPORTING)
        for code in (one.f_code for one in _stack(frame))
    )


_heard_by: list[Hearing] = []


def hear() -> None:
    """Let Ctrl-C raise `KeyboardInterrupt` and SIGTERM `Terminated`, safely, from now on.

    A shell lets its background ignore Ctrl-C, and that stays so.
    """
    hearing = Hearing()
    _heard_by[:] = [hearing]
    _handle(hearing.came)
    signal.signal(signal.SIGALRM, hearing.look_again)
    sys.unraisablehook = hearing.lost
    reader, writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    os.set_blocking(reader, True)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_insist, args=(reader, hearing), name="signals", daemon=True).start()


def heard() -> type[KeyboardInterrupt] | None:
    """Return what came to the process, raised already or still waiting, ``None`` for nothing.

    A terminal sends Ctrl-C to the programs that we wait for, too, and what they end in may be
    raised before the interrupt is.
    """
    return next((one.waiting or one.raised for one in _heard_by), None)


def end_at_once() -> None:
    """Let Ctrl-C and SIGTERM end the process, from now on: there is nothing to undo."""
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    _handle(_end)


def interrupt_of(error: BaseException) -> KeyboardInterrupt | None:
    """Return the interrupt that *error* is or that Python hid in it, ``None`` where it is none.

    Until Python 3.12 whatever is raised while a class is made comes as a `RuntimeError` ("Error
    calling __set_name__"); one that comes while a lock is given back is its context.
    """
    while isinstance(error, RuntimeError):
        hidden = error.__cause__ or (error.__context__ if "lock" in str(error) else None)
        if hidden is None:
            return None
        error = hidden
    return error if isinstance(error, KeyboardInterrupt) else None


def was_interrupted(error: BaseException) -> bool:
    """Whether what *error* ended was interrupted: it is one, or one came to the process."""
    return interrupt_of(error) is not None or heard() is not None


def follows_interrupt(error: BaseException) -> bool:
    """Whether *error* came up while an interrupt was dealt with: undoing something failed."""
    context = error.__context__
    while context is not None and not isinstance(context, KeyboardInterrupt):
        context = context.__context__
    return context is not None


def exit_code_of(interrupt: type[BaseException]) -> int:
    """Return the exit code of a process that *interrupt* ended, as shells have it."""
    return TERMINATED_EXIT_CODE if issubclass(interrupt, Terminated) else INTERRUPTED_EXIT_CODE


def _insist(reader: int, hearing: Hearing) -> None:
    """Wake the main thread for each signal that *reader* tells of; end what does not end then."""
    main = threading.main_thread().ident
    while select.select([reader], [], [], LONGEST_UNDOING if hearing.raised else None)[0]:
        if main is None or os.read(reader, 1)[0] == signal.SIGALRM:
            continue
        for seconds in _POKES:
            time.sleep(seconds)
            signal.pthread_kill(main, signal.SIGALRM)
    os.write(2, f"error: not ended {LONGEST_UNDOING:g} s after the interrupt: cut off\n".encode())
    os._exit(exit_code_of(hearing.raised or KeyboardInterrupt))


def _handle(handler: Callable[[int, FrameType | None], None]) -> None:
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, handler)
    signal.signal(signal.SIGTERM, handler)


def _end(number: int, _: FrameType | None) -> None:
    is_terminated = number == signal.SIGTERM
    os.write(2, b"terminated\n" if is_terminated else b"interrupted\n")
    os._exit(TERMINATED_EXIT_CODE if is_terminated else INTERRUPTED_EXIT_CODE)


def _stack(frame: FrameType) -> Iterator[FrameType]:
    found: FrameType | None = frame
    while found is not None:
        yield found
        found = found.f_back
