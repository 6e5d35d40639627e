"""What a container's script does before the first command: secrets, and times of changed files.

Everything comes with the script, by standard input: no secret is ever a file of the host, and it
works where the daemon does not share our files.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from time import gmtime, strftime

from werfish.containers.backend import SECRETS_FOLDER, RenewedFile

_NOW = "/dev/werfish-now"
"""A file that is touched once, to give all others its time; ``/dev`` is not part of the image."""
_AT_ONCE = 200
"""Paths in one call of ``touch``."""
_TIME = "%Y%m%d%H%M.%S"

_RESTORE = f"""werfish_restore() {{
t=$1; shift
for f do shift; [ "$f" -nt {_NOW} ] || [ "$f" -ot {_NOW} ] || set -- "$@" "$f"; done
[ $# -eq 0 ] || TZ=UTC0 touch -c -t "$t" "$@"
}}"""
"""Gives files back the time that is its first argument, but for those that changed meanwhile."""


def setup_of(secrets: Mapping[str, bytes], renewed: Sequence[RenewedFile]) -> str:
    """Return what comes before the first command, empty where there is nothing to do."""
    return _script((*_secret_lines(secrets), *_touch_lines(renewed)))


def restore_of(renewed: Sequence[RenewedFile]) -> str:
    """Return what comes after the last command: files have their own time again.

    Those that changed meanwhile keep the new one.
    """
    return _script(_restore_lines(renewed))


def restore_at_exit(renewed: Sequence[RenewedFile]) -> str:
    """Return what lets a script do at its end what `restore_of` does.

    A script that traps its own exit keeps the new times, which does no harm.
    """
    if not renewed:
        return ""
    body = restore_of(renewed)
    return f"werfish_restore_all() {{ set +eux\n{body}}}; trap werfish_restore_all EXIT\n"


def _script(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _secret_lines(secrets: Mapping[str, bytes]) -> Iterator[str]:
    for name, value in secrets.items():
        path = shlex.quote(f"{SECRETS_FOLDER}/{name}")
        yield f"( umask 377; printf %b '{_escaped(value)}' > {path} )"


def _escaped(value: bytes) -> str:
    """Return *value* as every shell's ``printf %b`` reads it, whatever bytes it has."""
    return "".join(
        chr(byte) if chr(byte).isalnum() and byte < 128 else rf"\0{byte:03o}" for byte in value
    )


def _touch_lines(files: Sequence[RenewedFile]) -> Iterator[str]:
    if files:
        yield f": > {_NOW}"
    for paths in _portions([file.path for file in files]):
        yield f"touch -c -r {_NOW} {shlex.join(paths)}"


def _restore_lines(files: Sequence[RenewedFile]) -> Iterator[str]:
    if files:
        yield _RESTORE
    for mtime, same in groupby(sorted(files, key=lambda file: file.mtime), lambda file: file.mtime):
        for paths in _portions([file.path for file in same]):
            yield f"werfish_restore {strftime(_TIME, gmtime(mtime))} {shlex.join(paths)}"


def _portions(paths: Sequence[str]) -> Iterable[Sequence[str]]:
    return (paths[start : start + _AT_ONCE] for start in range(0, len(paths), _AT_ONCE))
