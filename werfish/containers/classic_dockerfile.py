"""The Dockerfile as the classic builder gets it, and the steps that it makes of that. Pure.

Its steps are containers and images of the daemon: so that those of a killed build are found, each
FROM is followed by a LABEL. It would build every stage: one that the target is not made from is
sent empty.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from stages.build_stages import build_stages, global_instructions
from stages.instruction import Instruction
from werfish.containers.dockerfile import DockerfileRequest

Step = Instruction | None
"""An instruction of the user's, or ``None`` for one of ours."""


def sent_instructions(request: DockerfileRequest) -> tuple[Instruction, ...]:
    """Return the instructions that the builder gets."""
    return tuple(step for step in steps_of(request) if step is not None)


def steps_of(request: DockerfileRequest) -> tuple[Step, ...]:
    """Return the steps in the order in which the builder counts them."""
    steps: list[Step] = [*global_instructions(request.instructions)]
    for stage in build_stages(request.instructions):
        if stage.index not in request.stages:
            steps.append(None)
        else:
            steps += [stage.instructions[0], None, *stage.instructions[1:]]
    return tuple(steps)


def sent_text(request: DockerfileRequest, labels: Mapping[str, str]) -> str:
    """Return the text to send, with *labels* where a stage begins."""
    text = request.text.decode("utf-8", "surrogateescape")
    lines = re.findall(r"[^\n]*\n|[^\n]+$", text)
    label = "LABEL " + " ".join(f'"{key}"="{value}"' for key, value in labels.items())
    for stage in build_stages(request.instructions):
        if stage.index in request.stages:
            last = stage.instructions[0].last_line - 1
            lines[last] = f"{lines[last].rstrip()}\n{label}\n"
        else:
            named = f" AS {stage.name}" if stage.name else ""
            _blank(lines, stage.instructions)
            lines[stage.instructions[0].line - 1] = f"FROM scratch{named}\n"
    return "".join(lines)


def _blank(lines: list[str], instructions: Sequence[Instruction]) -> None:
    for place in _places(instructions):
        lines[place] = "\n"


def _places(instructions: Sequence[Instruction]) -> Iterator[int]:
    for one in instructions:
        yield from range(one.line - 1, one.last_line)
