"""How each shell sets a variable. Pure.

Values come from names that anyone may give to a branch or a tag, so whatever a shell would act
upon is quoted; what cmd.exe and files of variables cannot hold is refused.
"""

import re
from collections.abc import Callable
from enum import StrEnum

from stages.light_dataclass import dataclass
from werfish.ci_env.errors import CiEnvError


class Shell(StrEnum):
    """The words of ``--shell``; ``default`` is any that is like sh."""

    DEFAULT = "default"
    SH = "sh"
    BASH = "bash"
    ZSH = "zsh"
    POWERSHELL = "powershell"
    CMDEXE = "cmdexe"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of script is written: *echo* is ``None`` where nothing can be shown."""

    assignment: Callable[[str, str], str]
    comment: str
    echo: Callable[[str], str] | None
    leave: str
    suffix: str


def dialect_of(shell: Shell) -> Dialect:
    """Return how scripts of *shell* are written."""
    match shell:
        case Shell.POWERSHELL:
            return POWERSHELL
        case Shell.CMDEXE:
            return CMDEXE
        case _:
            return POSIX


def _posix(name: str, value: str) -> str:
    quoted = re.sub(r'([\\"$`])', r"\\\1", value)
    return f'export {name}="{quoted}"'


def _powershell(name: str, value: str) -> str:
    return f"$Env:{name} = {_powershell_quoted(value)}"


def _powershell_quoted(text: str) -> str:
    """Return *text* between quotes, all of it ASCII.

    PowerShell takes curly quotes for straight ones, and that of Windows reads a script in the code
    page of the machine.
    """
    quoted = re.sub(r'([`"$])', r"`\1", text)
    ascii_only = re.sub(r"[^\x00-\x7f]", _powershell_characters, quoted)
    return f'"{ascii_only}"'


def _powershell_characters(match: "re.Match[str]") -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"$([char]0x{units[at : at + 2].hex()})" for at in range(0, len(units), 2))


def _cmdexe(name: str, value: str) -> str:
    quoted = _held(name, value, '"').replace("%", "%%")
    return f'@set "{name}={quoted}"'


def _env(name: str, value: str) -> str:
    return f"{name}={_held(name, value)}"


def _held(name: str, value: str, forbidden: str = "") -> str:
    for character in ("\n", "\r", *forbidden):
        if character in value:
            raise CiEnvError(f'write "{name}": its value holds {character!r}')
    return value


def _single_quoted(text: str) -> str:
    return "echo '" + text.replace("'", "'\\''") + "'"


def _cmd_echo(text: str) -> str:
    return "@echo " + re.sub(r"([&|<>^()])", r"^\1", text.replace("%", "%%"))


POSIX = Dialect(_posix, "#", _single_quoted, "exit 1", "")
POWERSHELL = Dialect(
    _powershell, "#", lambda text: f"echo {_powershell_quoted(text)}", "exit 1", ".ps1"
)
CMDEXE = Dialect(_cmdexe, "::", _cmd_echo, "@exit /b 1", ".bat")
ENV_FILE = Dialect(_env, "#", None, "", "")
