"""``ansible:`` of an image: the user's own instructions as tasks of Ansible, by stage."""

import json
from collections.abc import Iterator
from typing import Any

from stages.image import Instructions
from werfish.config.ansible_modules import BLOCKS, MODULES, is_keyword
from werfish.config.check import nearest
from werfish.config.image_shell import CACHE_VERSIONS, STAGES
from werfish.config.nodes import Entry, Items, Node, Table, is_null, tables_of, text_of
from werfish.config.schema import Finding, Key, Section, Shape
from werfish.config.yaml_values import json_value


def _judged(ansible: Table) -> Iterator[Finding]:
    for stage in STAGES:
        for number, task in enumerate(tables_of(ansible, stage)):
            yield from _task_findings(task, f"{stage}[{number}]")


ANSIBLE = Section(
    (
        *(Key(stage, Shape.SECTIONS, summary=f"The tasks of {stage}.") for stage in STAGES),
        *CACHE_VERSIONS,
    ),
    judge=_judged,
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
    modules = [entry for entry in task.entries if entry.key.text in MODULES]
    if blocks:
        for entry in blocks:
            yield from _block_findings(entry.value, f"{path}.{entry.key.text}")
    elif not modules:
        yield Finding(task, path, _no_module(task))
    elif len(modules) > 1:
        first, second = modules[0].key.text, modules[1].key
        yield Finding(
            second, path, f'a task has one module, this has "{first}" and "{second.text}"'
        )


def _block_findings(value: Node, path: str) -> Iterator[Finding]:
    if is_null(value):
        return
    if not isinstance(value, Items):
        yield Finding(value, path, f"{Shape.SECTIONS} is expected")
        return
    for number, task in enumerate(value.items):
        place = f"{path}[{number}]"
        if isinstance(task, Table):
            yield from _task_findings(task, place)
        else:
            yield Finding(task, place, f"{Shape.SECTION} is expected")


def _repeated(task: Table, path: str) -> Iterator[Finding]:
    first: dict[str, Entry] = {}
    for entry in task.entries:
        known = first.setdefault(entry.key.text, entry)
        if known is not entry:
            text = f'key "{entry.key.text}" is there twice'
            yield Finding(entry.key, path, text, known.key.position.line)


def _no_module(task: Table) -> str:
    names = [entry.key.text for entry in task.entries if not is_keyword(entry.key.text)]
    for name in names:
        meant = nearest(name, MODULES)
        if meant:
            return f'no module "{name}" is known; did you mean "{meant}"?'
    shown = f'no module "{names[0]}" is known' if names else "the task has no module"
    return f"{shown}; there are {', '.join(MODULES)}"
