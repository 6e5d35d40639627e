"""``ansible:`` of an image: the user's own instructions as tasks of Ansible, by stage."""

import json
from collections.abc import Iterator
from typing import Any

from stages.image import Instructions
from werfish.config.advice import expected, nearest
from werfish.config.ansible_modules import BLOCKS, MODULES, is_keyword
from werfish.config.image_shell import CACHE_VERSIONS, STAGES
from werfish.config.nodes import Entry, Items, Node, Table, is_null, tables_of, text_of
from werfish.config.schema import Finding, Key, Section, Shape
from werfish.config.yaml_values import json_value


def _judged(task: Table) -> Iterator[Finding]:
    return _task_findings(task, "")


_ALL_MODULES = f"there are {', '.join(MODULES)}"
TASK = Section((), judge=_judged, is_open=True)
ANSIBLE = Section(
    (
        *(Key(stage, Shape.SECTIONS, TASK, summary=f"The tasks of {stage}.") for stage in STAGES),
        *CACHE_VERSIONS,
    )
)


def ansible_instructions_of(ansible: Table, stage: str) -> Instructions:
    """Return the tasks that *ansible*, already checked, has for *stage*."""
    tasks = tables_of(ansible, stage)
    return Instructions(
        tasks=tuple(_json(json_value(task)) for task in tasks),
        cache_version=text_of(ansible, f"{stage}CacheVersion"),
        lines=tuple(task.position.line for task in tasks),
    )


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _task_findings(task: Table, path: str) -> Iterator[Finding]:
    yield from _repeated(task, path)
    blocks = [entry for entry in task.entries if entry.key.text in BLOCKS]
    modules = {entry.key.text: entry.key for entry in task.entries if entry.key.text in MODULES}
    if blocks:
        for entry in blocks:
            place = f"{path}.{entry.key.text}" if path else entry.key.text
            yield from _block_findings(entry.value, place)
    elif not modules:
        yield _no_module(task, path)
    elif len(modules) > 1:
        first, second = list(modules.values())[:2]
        yield Finding(
            second, path, f'a task has one module, this has "{first.text}" and "{second.text}"'
        )


def _block_findings(value: Node, path: str) -> Iterator[Finding]:
    if is_null(value):
        return
    if not isinstance(value, Items):
        yield Finding(value, path, expected(Shape.SECTIONS, value))
        return
    for number, task in enumerate(value.items):
        place = f"{path}[{number}]"
        if isinstance(task, Table):
            yield from _task_findings(task, place)
        else:
            yield Finding(task, place, expected(Shape.SECTION, task))


def _repeated(task: Table, path: str) -> Iterator[Finding]:
    first: dict[str, Entry] = {}
    for entry in task.entries:
        known = first.setdefault(entry.key.text, entry)
        if known is not entry:
            text = f'key "{entry.key.text}" is there twice'
            yield Finding(entry.key, path, text, known.key.position.line)


def _no_module(task: Table, path: str) -> Finding:
    unknown = [entry.key for entry in task.entries if not is_keyword(entry.key.text)]
    if not unknown:
        return Finding(task, path, "the task has no module, such as shell, copy or apt")
    meant = {nearest(key.text, MODULES): key for key in reversed(unknown)}
    meant.pop("", None)
    key = next(iter(meant.values()), unknown[0])
    advice = f'did you mean "{nearest(key.text, MODULES)}"?' if meant else _ALL_MODULES
    return Finding(key, path, f'no module "{key.text}" is known; {advice}')
