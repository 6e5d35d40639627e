"""Modules that werf knows and today's Ansible has no more, found before anything is built.

Names that only moved to a collection are none of these: Ansible's own routing finds them. A test
holds this table against the Ansible that is installed for the integration tests.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from stages.image import ImageSpec, Instructions
from werfish.errors import BuildError

GONE: Mapping[str, str] = {
    "rhn_channel": "redhat_subscription",
    "rhn_register": "redhat_subscription",
}
"""Each with its successor; both left with Red Hat's Network, in community.general 10."""

_BLOCKS = ("block", "rescue", "always")


class GoneModulesError(BuildError):
    """Tasks use modules that do not exist any more."""

    def __init__(self, found: Sequence[tuple[str, str, str]]) -> None:
        """Take each place, the title of its image, and the module."""
        shown = [
            f'  {place}: image "{title}": "{module}" is now "{GONE[module]}"'
            for place, title, module in found
        ]
        super().__init__(
            "\n".join(("run the tasks: modules are gone from Ansible", *shown)),
            hint="their arguments differ too: see ansible-doc of the new module",
        )


def require_modules(images: Sequence[ImageSpec], place_of: Callable[[int], str]) -> None:
    """Raise `GoneModulesError` where a task of *images* uses one of `GONE`."""
    found = [
        (place_of(line), image.title, module)
        for image in images
        for instructions in _instructions(image)
        if instructions.tasks  # lines are also those of commands
        for task, line in zip(instructions.tasks, instructions.lines, strict=True)
        for module in modules_of(json.loads(task))
        if module in GONE
    ]
    if found:
        raise GoneModulesError(found)


def modules_of(task: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of *task* and of the tasks in it; its module is among them.

    >>> [*modules_of({"block": [{"raw": "date"}], "when": "x"})]
    ['raw', 'block', 'when']
    """
    for key in _BLOCKS:
        for inner in task.get(key) or ():
            yield from modules_of(inner)
    yield from task


def _instructions(image: ImageSpec) -> tuple[Instructions, ...]:
    return (image.before_install, image.install, image.before_setup, image.setup)
