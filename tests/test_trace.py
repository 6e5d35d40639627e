"""Spans of work, as viewers of traces read them."""

import json
import threading
from collections.abc import Callable

import pytest

from werfish.trace import OFF, Trace


def events(trace: Trace) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(trace.document())["traceEvents"]
    return found


def test_a_span_has_its_time_and_facts() -> None:
    clock: Callable[[], float] = iter([1.0, 1.5]).__next__
    trace = Trace(clock)
    with trace.span("load", layers=2):
        pass
    (event,) = events(trace)
    assert (event["name"], event["ph"], event["ts"], event["dur"]) == ("load", "X", 10**6, 500_000)
    assert event["args"] == {"layers": 2}


def test_a_span_that_fails_is_recorded_too() -> None:
    trace = Trace(iter(range(9)).__next__)
    with pytest.raises(KeyError), trace.span("x"):
        raise KeyError
    assert len(events(trace)) == 1


def test_each_thread_has_a_line_of_its_own() -> None:
    trace = Trace(iter(range(99)).__next__)

    def work() -> None:
        trace.name_thread("image")
        with trace.span("inside"):
            pass

    with trace.span("outside"):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    lines = {str(event["name"]): event["tid"] for event in events(trace)}
    assert lines["inside"] == lines["thread_name"] != lines["outside"]


def test_without_a_clock_nothing_is_recorded() -> None:
    with OFF.span("x"):
        OFF.name_thread("y")
    assert events(OFF) == []
