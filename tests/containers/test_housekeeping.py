"""Removals in the background: in order, all of them before the end, and never a failure."""

import subprocess
import sys
import threading
from functools import partial
from io import StringIO

from werfish.containers.docker_client import DaemonError
from werfish.containers.housekeeping import Housekeeping
from werfish.log import Log


def test_jobs_are_done_in_order_and_before_the_end() -> None:
    housekeeping, done, may_begin = (
        Housekeeping(Log(StringIO(), clock=lambda: 0.0)),
        list[int](),
        threading.Event(),
    )
    housekeeping.add(lambda: done.append(int(may_begin.wait(30))))
    for number in range(2, 5):
        housekeeping.add(partial(done.append, number))
    assert done == []
    may_begin.set()
    housekeeping.finish()
    assert done == [1, 2, 3, 4]
    housekeeping.add(partial(done.append, 5))
    housekeeping.finish()
    assert done == [1, 2, 3, 4, 5]


def test_without_jobs_there_is_no_thread() -> None:
    before = threading.active_count()
    Housekeeping(Log(StringIO(), clock=lambda: 0.0)).finish()
    assert threading.active_count() == before


def test_what_fails_is_told_as_a_detail_and_the_rest_is_done() -> None:
    output, done = StringIO(), list[int]()
    housekeeping = Housekeeping(Log(output, clock=lambda: 0.0, verbose=True))

    def fail() -> None:
        raise DaemonError("remove a container", "busy")

    housekeeping.add(fail)
    housekeeping.add(partial(done.append, 1))
    housekeeping.finish()
    assert done == [1]
    assert "remove a container" in output.getvalue()
    assert "swept away" in output.getvalue()


def test_a_process_that_forgets_it_ends() -> None:
    code = """
from io import StringIO
from werfish.containers.housekeeping import Housekeeping
from werfish.log import Log
Housekeeping(Log(StringIO(), clock=lambda: 0.0)).add(lambda: None)
"""
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
