"""What Ansible says, read and shown."""

import json
from typing import Any

import pytest

from werfish.build.ansible.events import MARK, Event, Result, event_of, shown


def line(**event: Any) -> bytes:
    usual = {"status": "failed", "title": "copy", "number": 1, "is_ignored": False, "results": []}
    return MARK + json.dumps({**usual, **event}).encode() + b"\n"


def test_messages_are_no_events() -> None:
    assert event_of(b"[WARNING]: something\n") is None


def test_the_failing_item_of_a_loop_is_the_failure() -> None:
    results = [{"status": "ok", "item": "a"}, {"status": "failed", "item": "b", "code": 3}]
    event = event_of(line(results=results))
    assert event is not None
    assert event.failure == Result("failed", "b", code=3)


def test_an_ignored_failure_is_none() -> None:
    event = event_of(line(is_ignored=True))
    assert event is not None
    assert event.failure is None
    assert [*shown(event)] == ["failed, ignored: copy"]


def test_outputs_are_shown_where_they_matter() -> None:
    result = Result("changed", stdout="one\ntwo\n", stderr="three")
    loud = Event("changed", "shell: x", 1, (result,), is_quiet=False)
    assert [*shown(loud)] == ["changed: shell: x", "  one", "  two", "  three"]
    quiet = Event("changed", "shell: x", 1, (result,))
    assert [*shown(quiet)] == ["changed: shell: x"]


def test_a_missing_interpreter_is_told_from_a_missing_program() -> None:
    message = "The module interpreter '/usr/bin/python3' was not found."
    assert Result("failed", message=message, code=127).lacks_python
    assert not Result("failed", message="non-zero return code", code=127).lacks_python


@pytest.mark.parametrize("said", ["/bin/sh: ", "/bin/sh: 1: ", "/bin/sh: line 1: "])
def test_a_task_that_looks_before_its_module_runs_lacks_python_too(said: str) -> None:
    text = f"Task failed: Failed to get information on remote file (/x): {said}/usr/bin/python3"
    assert Result("failed", message=f"{text}: not found", code=None).lacks_python
    assert not Result("failed", message="no package python3: not found").lacks_python
