"""The place where a configuration's templates are rendered, before YAML sees any of it.

Plain text is rendered to itself. Files with Go templates are refused as a whole: YAML would read
some of them as something else than what they say.
"""

from werfish.config.document import lines_of
from werfish.config.errors import InvalidConfigError, Problem

ACTION = "{{"


def render(text: str, *, file: str) -> str:
    """Return the configuration that the template *text*, read from *file*, stands for."""
    for number, line in enumerate(lines_of(text), start=1):
        if ACTION in line:
            column = line.index(ACTION) + 1
            problem = Problem(number, column, "", "Go templates are not supported yet")
            hint = "write out what the template stands for, without {{ }}"
            raise InvalidConfigError(file, [problem], text, hint=hint)
    return text
