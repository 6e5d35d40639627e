"""The script that sets up a job. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from werfish.ci_env.shells import Dialect
from werfish.ci_env.variables import Section, Variable

MASK = "***"


def script_of(
    sections: Sequence[Section],
    environment: Mapping[str, str],
    dialect: Dialect,
    *,
    is_verbose: bool = False,
) -> str:
    """Return the script in *dialect* that sets the variables of *sections*.

    What *environment* has is left, but for variables that override; both are told in comments, and
    with *is_verbose* to who runs the script, secrets masked.
    """
    blocks = [
        "\n".join(_block(section, environment, dialect, is_verbose=is_verbose))
        for section in sections
        if section.variables
    ]
    return "\n\n".join(blocks) + "\n"


def failure_of(message: str, dialect: Dialect, *, is_verbose: bool = False) -> str:
    """Return the script that ends whoever runs it, since the real one could not be made."""
    echo = dialect.echo if is_verbose else None
    lines = [echo(_line(f"Error: {message}"))] if echo else []
    return "\n".join((*lines, dialect.leave)) + "\n"


def _block(
    section: Section, environment: Mapping[str, str], dialect: Dialect, *, is_verbose: bool
) -> Iterator[str]:
    echo = dialect.echo if is_verbose else None
    header = f"{dialect.comment} {section.title}"
    yield header
    if echo:
        yield echo(header)
    for variable in section.variables:
        yield _written(variable, environment, dialect)
        if echo:
            yield echo(_line(_written(_shown(variable), environment, dialect)))


def _written(variable: Variable, environment: Mapping[str, str], dialect: Dialect) -> str:
    name, current = variable.name, environment.get(variable.name, "")
    if current and not variable.overrides:
        shown = _shown(variable)
        told = MASK if variable.is_secret else current
        line = _line(f"{dialect.assignment(name, _line(shown.value))} ({told})")
        return f"{dialect.comment} skip {line}"
    line = dialect.assignment(name, variable.value)
    return line if variable.value else f"{dialect.comment} {line}"


def _shown(variable: Variable) -> Variable:
    return replace(variable, value=MASK) if variable.is_secret and variable.value else variable


def _line(text: str) -> str:
    """Return *text* as one line: a comment ends with it, and so does an echo."""
    return " ".join(text.splitlines())
