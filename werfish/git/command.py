"""How git is called: for one folder, in English, deaf to a surrounding git.

A hook or an alias leaves ``GIT_DIR`` and its like in the environment, which would lead us to
another repository than the project's. They are taken away, and so are replacement objects and
grafts: an object's id stands for its content and its history. Nothing here changes a repository or
waits for a terminal.
"""

import os
from collections.abc import Container, Mapping
from pathlib import Path
from types import MappingProxyType

from werfish import process
from werfish.git.errors import CommandError, GitMissingError

ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
}
"""Added to the environment of every git."""

FOREIGN = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
"""Variables by which a surrounding git speaks of its own repository."""

_WITHOUT_FOREIGN = (
    *("env", *(f"--unset={name}" for name in FOREIGN)),
    f"GIT_GRAFT_FILE={os.devnull}",
)
_NOTHING: Mapping[str, str] = MappingProxyType({})


def git_line(
    folder: Path,
    *arguments: str,
    variables: Mapping[str, str] = _NOTHING,
    settings: Mapping[str, str] = _NOTHING,
) -> tuple[str, ...]:
    """Return the whole line that runs git with *arguments* in *folder*.

    *variables* are set for git, also those that are taken away from around it; *settings* win over
    what is configured.
    """
    own = (f"{name}={value}" for name, value in variables.items())
    return (*_WITHOUT_FOREIGN, *own, "git", *_options(folder, settings), *arguments)


def _options(folder: Path, settings: Mapping[str, str]) -> tuple[str, ...]:
    options = (word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
    return ("-C", str(folder), *_of_module(folder), *options)


def _of_module(folder: Path) -> tuple[str, ...]:
    """Return the options for the store of a submodule, whose work tree may not be there."""
    above = folder.parts[:-1]
    is_store = ".git" in above and "modules" in above and (folder / "HEAD").exists()
    return ("--git-dir=.", "--work-tree=.") if is_store else ()


def run_git(
    folder: Path,
    *arguments: str,
    stdin: bytes = b"",
    codes: Container[int] = (0,),
    variables: Mapping[str, str] = _NOTHING,
    settings: Mapping[str, str] = _NOTHING,
) -> process.Completed:
    """Run git with *arguments* in *folder*; an exit code outside of *codes* is a `CommandError`.

    *variables* and *settings* are as for `git_line`. A git that cannot be started is a
    `GitMissingError`.
    """
    line = ("git", *_options(folder, settings), *arguments)
    own = {**ENVIRONMENT, "GIT_GRAFT_FILE": os.devnull, **variables}
    try:
        done = process.run(line, env=own, without=FOREIGN, stdin=stdin, check=False)
    except process.ProcessError as error:
        is_missing = isinstance(error.__cause__, FileNotFoundError)
        raise (GitMissingError() if is_missing else GitMissingError(error.problem)) from error
    if done.code not in codes:
        raise CommandError(folder, arguments, complaint_of(done))
    return done


def complaint_of(done: process.Completed) -> str:
    """Return what git said went wrong: its ``fatal`` or ``error`` line, without that word."""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    for word in ("fatal: ", "error: "):
        for number, line in enumerate(lines, 1):
            if line.startswith(word):
                more = f" {lines[number].strip()}" if line.endswith(":") and lines[number:] else ""
                return line.removeprefix(word) + more
    return lines[-1] if lines else process.ending_of(done.code).removeprefix("with ")


def text_of(path: bytes) -> str:
    """Return the bytes of *path* as text that can be turned back into them."""
    return path.decode("utf-8", "surrogateescape")


def bytes_of(path: str) -> bytes:
    """Return the bytes that `text_of` made *path* from."""
    return path.encode("utf-8", "surrogateescape")
