"""The build stages of a Dockerfile, and which of them a target is made from.

A name stands for the last stage before that has it, in any case of letters; a number for the stage
at that place (BuildKit's ``instructions.HasStage``).
"""

from collections.abc import Sequence

from stages.instruction import Instruction
from stages.light_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class BuildStage:
    """One ``FROM`` and what follows it. *base* is the image as the user wrote it."""

    index: int
    name: str
    base: str
    instructions: tuple[Instruction, ...]


def global_instructions(instructions: Sequence[Instruction]) -> tuple[Instruction, ...]:
    """Return the instructions before the first FROM."""
    firsts = [place for place, one in enumerate(instructions) if one.name == "FROM"]
    return tuple(instructions[: firsts[0]] if firsts else instructions)


def build_stages(instructions: Sequence[Instruction]) -> tuple[BuildStage, ...]:
    """Return the stages in their order."""
    stages: list[list[Instruction]] = []
    for one in instructions:
        if one.name == "FROM":
            stages.append([one])
        elif stages:
            stages[-1].append(one)
    return tuple(_stage(index, tuple(found)) for index, found in enumerate(stages))


def find_stage(name: str, stages: Sequence[BuildStage]) -> BuildStage | None:
    """Return the stage that *name* stands for among *stages*."""
    for stage in reversed(stages):
        if stage.name and stage.name.lower() == name.lower():
            return stage
    if name.isdecimal() and int(name) < len(stages):
        return stages[int(name)]
    return None


def base_stage(stage: BuildStage, base: str, stages: Sequence[BuildStage]) -> BuildStage | None:
    """Return the stage that *base*, the expanded base of *stage*, stands for, if for one."""
    found = find_stage(base, stages[: stage.index])
    return found if found is not None and not base.isdecimal() else None


def sources_of(instruction: Instruction) -> tuple[str, ...]:
    """Return the stages or images from which *instruction* takes files."""
    if instruction.name == "COPY":
        return tuple(filter(None, instruction.flag_values("from")))
    if instruction.name == "RUN":
        mounts = [mount_options(one) for one in instruction.flag_values("mount")]
        return tuple(one["from"] for one in mounts if one.get("from"))
    return ()


def mount_options(text: str) -> dict[str, str]:
    """Return the options of a ``--mount``; one without a value stands for itself."""
    pairs = (part.partition("=") for part in text.split(","))
    return {name.strip().lower(): value for name, _, value in pairs}


def _stage(index: int, instructions: tuple[Instruction, ...]) -> BuildStage:
    args = instructions[0].args
    named = len(args) == 3 and args[1].upper() == "AS"
    return BuildStage(index, args[2] if named else "", args[0] if args else "", instructions)
