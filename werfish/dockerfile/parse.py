"""A Dockerfile's text becomes instructions, by the parser that follows BuildKit's."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from stages.instruction import Expand, Instruction
from stages.light_dataclass import dataclass

if TYPE_CHECKING:
    from e2b_dockerfile_utils import DockerfileInstruction

_SYNTAX = re.compile(r"#\s*syntax\s*=\s*(\S+)\s*", re.IGNORECASE)
_DIRECTIVE = re.compile(r"#\s*[a-zA-Z][a-zA-Z0-9]*\s*=")


class DockerfileSyntaxError(ValueError):
    """The text is no Dockerfile; *line* is where, 0 where that is unknown."""

    def __init__(self, problem: str, line: int) -> None:
        """Keep what is wrong, and where."""
        super().__init__(problem)
        self.problem, self.line = problem, line


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """What the text says. *syntax* is the front end that it asks for, if for one."""

    instructions: tuple[Instruction, ...]
    escape: str
    syntax: str


def parse_dockerfile(text: str) -> Dockerfile:
    """Read *text*; `DockerfileSyntaxError` where it cannot be read."""
    from e2b_dockerfile_utils import DockerfileSyntaxError as SyntaxProblem
    from e2b_dockerfile_utils import parse_dockerfile_ast

    try:
        found = parse_dockerfile_ast(text)
    except SyntaxProblem as error:
        problem = re.sub(r"^Dockerfile parse error( on line \d+)?: ", "", str(error))
        raise DockerfileSyntaxError(problem, error.line or 0) from error
    instructions = tuple(
        replace(_instruction(one), triggers=_triggers(one, found.escape_token))
        for one in found.instructions
    )
    return Dockerfile(instructions, found.escape_token, _syntax(text))


def expander(escape: str) -> Expand:
    """Return how words are expanded in a Dockerfile whose escape character is *escape*."""
    from e2b_dockerfile_utils import ShellLex

    def expand(word: str, variables: Mapping[str, str], *, has_all: bool = False) -> str:
        return ShellLex(escape, env=variables, skip_unset_env=not has_all).process_word(word)

    return expand


def _instruction(one: "DockerfileInstruction") -> Instruction:
    return Instruction(
        name=one.name,
        text=one.original.strip(),
        flags=tuple(one.flags),
        args=tuple(one.args),
        heredocs=tuple((heredoc.name, heredoc.content) for heredoc in one.heredocs),
        line=one.start_line,
        last_line=one.end_line,
        is_json=one.json,
    )


def _triggers(one: "DockerfileInstruction", escape: str) -> tuple[Instruction, ...]:
    """Return what an ONBUILD says; nothing where that is no instruction, as a builder will say."""
    from e2b_dockerfile_utils import DockerfileSyntaxError as SyntaxProblem
    from e2b_dockerfile_utils import parse_dockerfile_ast

    if one.name != "ONBUILD":
        return ()
    text = "".join(one.original.split(None, 1)[1:])
    try:
        found = parse_dockerfile_ast(f"# escape={escape}\n{text}").instructions
    except SyntaxProblem:
        return ()
    said = (_instruction(trigger) for trigger in found)
    return tuple(replace(each, line=one.start_line, last_line=one.end_line) for each in said)


def _syntax(text: str) -> str:
    """Return the value of the ``syntax`` directive, which stands before anything else."""
    for line in text.removeprefix("\ufeff").splitlines():
        if not _DIRECTIVE.match(line):
            break
        found = _SYNTAX.fullmatch(line.strip())
        if found:
            return found[1]
    return ""
