"""Tells the werfish that started Ansible how each task ended: a line of JSON on stdout each.

What Ansible hides (``no_log``) is hidden before it comes here, but for the text of the task. This
file is loaded by Ansible, perhaps by another Python than werfish's, so it uses nothing of werfish.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: werfish
type: stdout
short_description: lines of JSON for werfish
description: Tells werfish how each task ended.
options: {}
"""

_MARK = "\x1ewerfish:"
_TAG = "werfish_task_"
_LOUD = ("command", "shell", "raw", "script", "debug")
_OURS = ("remote_src",)
"""Arguments that the playbook gives by default."""
_LONGEST_TITLE = 120


class CallbackModule(CallbackBase):
    """One event a task; items of loops are part of it."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "werfish"

    def v2_runner_on_ok(self, result: Any) -> None:
        """Tell that a task is done."""
        changed = _told(result).get("changed")
        self._tell(result, "changed" if changed else "ok")

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Tell that a task had nothing to do."""
        self._tell(result, "skipped")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Tell that a task failed; a rescue may follow."""
        self._tell(result, "failed", is_ignored=ignore_errors)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Tell that the container did not answer."""
        self._tell(result, "unreachable")

    def v2_runner_retry(self, result: Any) -> None:
        """Say nothing: only how the last attempt ends is told."""

    def _tell(self, result: Any, status: str, *, is_ignored: bool = False) -> None:
        task = result._task
        told = _told(result)
        items = told.get("results") if task.loop is not None else None
        name = task.action.rpartition(".")[2]
        event = {
            "status": status,
            "title": _title(task, name),
            "number": _number(task),
            "is_ignored": is_ignored,
            "is_quiet": name not in _LOUD or "censored" in told,
            "results": [_result(one, status, task.args.get("var")) for one in (items or [told])],
        }
        sys.stdout.write(_MARK + json.dumps(event) + "\n")
        sys.stdout.flush()


def _told(result: Any) -> dict[str, Any]:
    return dict(result._result)


def _result(told: dict[str, Any], status: str, variable: Any = None) -> dict[str, Any]:
    is_item = "ansible_loop_var" in told
    code = told.get("rc")
    return {
        "status": _item_status(told) if is_item else status,
        "item": _text(told.get("_ansible_item_label", "")) if is_item else "",
        "message": _message(told, variable),
        "code": code if isinstance(code, int) else None,
        "stdout": _text(told.get("stdout", "") or told.get("module_stdout", "")),
        "stderr": _text(told.get("stderr", "") or told.get("module_stderr", "")),
    }


def _item_status(told: dict[str, Any]) -> str:
    for status in ("failed", "unreachable", "skipped", "changed"):
        if told.get(status):
            return status
    return "ok"


def _message(told: dict[str, Any], variable: Any) -> str:
    shown = ("msg", "censored", variable)  # of "debug", what it was asked for
    return next((_text(told[key]) for key in shown if key in told), "")


def _text(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def _title(task: Any, name: str) -> str:
    if task.name:
        return str(task.name)
    if task.no_log or not task.args:
        return name
    arguments = task.args.get("_raw_params") or " ".join(
        f"{key}={_text(value)}"
        for key, value in task.args.items()
        if not key.startswith("_") and key not in _OURS
    )
    line = f"{name}: {' '.join(str(arguments).split())}"
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1] + "…"


def _number(task: Any) -> int:
    numbers = [tag.removeprefix(_TAG) for tag in task.tags if str(tag).startswith(_TAG)]
    return int(numbers[0]) if numbers else 0
