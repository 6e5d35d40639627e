"""The build stages that a target is made from, with what their variables make of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from stages.build_stages import (
    BuildStage,
    base_stage,
    build_stages,
    find_stage,
    global_instructions,
    sources_of,
)
from stages.dockerfile import DockerfileSpec
from stages.image import SCRATCH
from stages.instruction import (
    DockerfileError,
    DockerfileFacts,
    Expand,
    Instruction,
    UnknownTargetError,
)
from stages.light_dataclass import dataclass
from stages.variables import Resolved, Scope, WordError, global_scope, resolved, resolved_stage

_NAMES = re.compile(r"\$\{?(\w+)")
_CUT = re.compile(r"^[/:@]|[/:@]$|//|/:|:@")
"""What is in no name of an image, and is where a part of it is empty."""


@dataclass(frozen=True, slots=True)
class ReachedStage:
    """A build stage that counts: *base* is the image that it names, *below* the stage if it is one.

    *sources* are, for each of its *instructions*, the places of other stages that it takes from.
    """

    stage: BuildStage
    base: str
    below: BuildStage | None
    instructions: tuple[Resolved, ...]
    sources: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Met:
    """A stage on the way from the target, and what it is made from."""

    stage: BuildStage
    first: Resolved
    base: str
    below: BuildStage | None


def reached_stages(
    image: DockerfileSpec, facts: DockerfileFacts, given: Mapping[str, str]
) -> tuple[ReachedStage, ...]:
    """Return the stages that the target of *image* is made from, the target last.

    *given* are values for ARG. `DockerfileError` where the target is not there, or a word of an
    instruction is malformed.
    """
    try:
        return _reached(image, facts, given)
    except WordError as error:
        raise DockerfileError(image.title, image.dockerfile, str(error), error.line) from error


def bases_of(reached: Sequence[ReachedStage]) -> tuple[str, ...]:
    """Return the images from outside of the Dockerfile that *reached* need, each once."""
    names = [one.base for one in reached if one.below is None]
    for one in reached:
        for instruction, places in zip(one.instructions, one.sources, strict=True):
            if not places:
                names += sources_of(instruction.instruction)
    return tuple(name for name in dict.fromkeys(names) if name != SCRATCH)


def _reached(
    image: DockerfileSpec, facts: DockerfileFacts, given: Mapping[str, str]
) -> tuple[ReachedStage, ...]:
    stages = build_stages(facts.instructions)
    # Before a stage begins there are no variables but those.
    expand = partial(facts.expand, has_all=True)
    outer = global_scope(global_instructions(facts.instructions), given, image.platform, expand)
    met = _met_from(_target(image, stages), stages, outer, expand)
    places = {index: place for place, index in enumerate(sorted(met))}
    scopes: dict[int, Scope] = {}
    found = []
    for index in sorted(met):
        one = met[index]
        scope = scopes[one.below.index].copy() if one.below is not None else Scope()
        rest = resolved_stage(one.stage, scope, given, outer, facts.expand)
        scopes[index] = scope
        sources = tuple(
            tuple(places[source.index] for source in _taken(instruction, one.stage, stages))
            for instruction in one.stage.instructions
        )
        below = () if one.below is None else (places[one.below.index],)
        every = (one.first, *rest)
        found.append(ReachedStage(one.stage, one.base, one.below, every, (below, *sources[1:])))
    return tuple(found)


def _target(image: DockerfileSpec, stages: Sequence[BuildStage]) -> BuildStage:
    for stage in stages:
        if not stage.base:
            line = stage.instructions[0].line
            raise DockerfileError(image.title, image.dockerfile, "FROM needs an image", line)
    if not stages:
        raise DockerfileError(image.title, image.dockerfile, "there is no FROM in it")
    found = find_stage(image.target, stages) if image.target else stages[-1]
    if found is None or image.target.isdecimal():  # a number names a stage in COPY alone
        names = ", ".join(stage.name for stage in stages if stage.name) or "none"
        problem = f'target "{image.target}" is none of its stages, which are: {names}'
        raise UnknownTargetError(image.title, image.dockerfile, problem)
    return found


def _met_from(
    target: BuildStage, stages: Sequence[BuildStage], outer: Scope, expand: Expand
) -> dict[int, _Met]:
    found: dict[int, _Met] = {}
    left = [target]
    while left:
        stage = left.pop()
        if stage.index in found:
            continue
        first = resolved(stage.instructions[0], outer, expand)
        base = first.words[len(first.instruction.flags)] if first.words else stage.base
        _require_name(base, stage.base, first.instruction, outer, expand)
        below = base_stage(stage, base, stages)
        stage = _with_triggers(stage, below)
        found[stage.index] = _Met(stage, first, base, below)
        left += [below] if below is not None else []
        for one in stage.instructions:
            left += _taken(one, stage, stages)
    return found


def _require_name(base: str, written: str, one: Instruction, outer: Scope, expand: Expand) -> None:
    """Check that variables which are empty leave of *written* a *base* that may be an image."""
    if not _is_cut(base):
        return
    known = outer.variables
    names = dict.fromkeys(_NAMES.findall(written))
    empty = [name for name in names if not known.get(name)]
    # One that may be empty, as a registry before the name, is not to blame.
    missed = [name for name in empty if not _is_cut(expand(written, {**known, name: "x"}))]
    name = next(iter(missed or empty), "")
    if name:
        state = "is empty" if name in known else "is not set"
        advice = f"write ARG {name} with a value before the first FROM, or give that in args"
        raise WordError(f"{one.text}: the argument {name} {state}: {advice}", one.line)
    if not base:
        raise WordError(f'the variables of "{written}" leave no name of a base image', one.line)


def _is_cut(base: str) -> bool:
    return not base or _CUT.search(base) is not None


def _with_triggers(stage: BuildStage, below: BuildStage | None) -> BuildStage:
    """Return *stage* with what the stage *below* says by ONBUILD, which comes after its FROM."""
    given = [trigger for one in below.instructions for trigger in one.triggers] if below else []
    first, *own = stage.instructions
    return replace(stage, instructions=(first, *given, *own)) if given else stage


def _taken(
    instruction: Instruction, stage: BuildStage, stages: Sequence[BuildStage]
) -> Iterator[BuildStage]:
    """Yield the stages that *instruction* takes from: BuildKit knows those after it, too."""
    for name in sources_of(instruction):
        found = find_stage(name, stages[: stage.index]) or find_stage(name, stages)
        if found is not None:
            yield found
