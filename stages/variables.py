"""ARG and ENV of a Dockerfile: what variables an instruction sees, and what it becomes by them.

What a base image sets is not known before it is pulled, so such variables stay as written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field

from stages.build_stages import BuildStage
from stages.instruction import Expand, Instruction
from stages.light_dataclass import dataclass


class WordError(ValueError):
    """A word of an instruction cannot be expanded; *line* is where the instruction stands."""

    def __init__(self, problem: str, line: int) -> None:
        """Keep where it is."""
        super().__init__(problem)
        self.line = line


EXPANDED = frozenset(
    {"ADD", "COPY", "ENV", "EXPOSE", "FROM", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
)
"""The instructions whose words are expanded; RUN and its like leave that to a shell."""


def platform_variables(target: str, machine: str = "linux/amd64") -> dict[str, str]:
    """Return the variables that name the *target* platform, and that of the *machine*."""
    return _platform("TARGET", target) | _platform("BUILD", machine)


def _platform(kind: str, platform: str) -> dict[str, str]:
    system, architecture, variant = [*platform.split("/"), "", ""][:3]
    found = {"PLATFORM": platform, "OS": system, "ARCH": architecture, "VARIANT": variant}
    return {f"{kind}{key}": value for key, value in found.items()}


@dataclass(slots=True)
class Scope:
    """The variables at one place: ENV wins over ARG of the same name."""

    args: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """All of them."""
        return self.args | self.env

    def copy(self) -> "Scope":
        """Return the same variables, which do not change with these."""
        return Scope(dict(self.args), dict(self.env))


@dataclass(frozen=True, slots=True)
class Resolved:
    """An instruction as its variables make it: its *words*, or nothing where they change nothing.

    *words* of ARG are its names with the values that they have.
    """

    instruction: Instruction
    words: tuple[str, ...] = ()


def global_scope(
    instructions: Sequence[Instruction], given: Mapping[str, str], platform: str, expand: Expand
) -> Scope:
    """Return the variables that FROM sees: ARG before the first one, with the *given* values."""
    scope = Scope(platform_variables(platform))
    for one in instructions:
        if one.name == "ARG":
            _declare(one, scope, given, {}, expand)
    return scope


def resolved_stage(
    stage: BuildStage, scope: Scope, given: Mapping[str, str], outer: Scope, expand: Expand
) -> tuple[Resolved, ...]:
    """Return the instructions of *stage* after its FROM; *scope* is brought to its end."""
    found = []
    for one in stage.instructions[1:]:
        if one.name == "ARG":
            words = _declare(one, scope, given, outer.args, expand)
            found.append(Resolved(one, words if words != one.args else ()))
        else:
            found.append(resolved(one, scope, expand))
            if one.name == "ENV":
                _set(one, scope, expand)
    return tuple(found)


def resolved(instruction: Instruction, scope: Scope, expand: Expand) -> Resolved:
    """Return *instruction* with its words expanded."""
    if instruction.name not in EXPANDED or "$" not in instruction.text:
        return Resolved(instruction)
    words = (*instruction.flags, *instruction.args)
    return Resolved(
        instruction,
        tuple(_expanded(word, instruction, scope.variables, expand) for word in words),
    )


def _declare(
    one: Instruction,
    scope: Scope,
    given: Mapping[str, str],
    outer: Mapping[str, str],
    expand: Expand,
) -> tuple[str, ...]:
    words = []
    for word in one.args:
        name, sign, default = word.partition("=")
        value = given.get(name)
        if value is None:
            known = scope.variables
            value = _expanded(default, one, known, expand) if sign else outer.get(name)
        if value is not None:
            scope.args[name] = value
        words.append(name if value is None else f"{name}={value}")
    return tuple(words)


def _set(one: Instruction, scope: Scope, expand: Expand) -> None:
    before = scope.variables
    for name, value in zip(one.args[::3], one.args[1::3], strict=False):
        scope.env[name] = _expanded(value, one, before, expand)


def _expanded(
    word: str, instruction: Instruction, variables: Mapping[str, str], expand: Expand
) -> str:
    try:
        return expand(word, variables)
    except ValueError as error:
        raise WordError(str(error), instruction.line) from error
