"""Which files of a chart ``.helmignore`` leaves out, as Helm reads it. Pure but for reading it.

Source: helm's pkg/ignore. Unlike in git a pattern with a slash is for the whole path, ``**`` means
nothing, and a ``!`` leaves out all that it does not match.
"""

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

NAME = ".helmignore"
_ALWAYS = "templates/.?*"

Ignores = Callable[[str], bool]
"""Whether a file, by its path within the chart, is left out."""


def ignores_of(chart: Path) -> Ignores:
    """Return what the ``.helmignore`` of the folder *chart* leaves out."""
    path = chart / NAME
    text = path.read_text("utf-8-sig", "replace") if path.is_file() else ""
    patterns = [line.strip() for line in (*text.splitlines(), _ALWAYS)]
    rules = [line for line in patterns if line and not line.startswith("#")]

    def is_ignored(name: str) -> bool:
        whole = PurePosixPath(name)
        folders = [one for one in whole.parents if one.name]
        return _is_hit(rules, whole, is_folder=False) or any(
            _is_hit(rules, folder, is_folder=True) for folder in folders
        )

    return is_ignored


def _is_hit(rules: list[str], path: PurePosixPath, *, is_folder: bool) -> bool:
    return any(_hits(rule, path, is_folder=is_folder) for rule in rules)


def _hits(rule: str, path: PurePosixPath, *, is_folder: bool) -> bool:
    pattern, is_negated = rule.removeprefix("!"), rule.startswith("!")
    is_right_kind = is_folder or not pattern.endswith("/")
    matches = _matches(pattern.removesuffix("/"), path)
    return not (is_right_kind and matches) if is_negated else is_right_kind and matches


def _matches(pattern: str, path: PurePosixPath) -> bool:
    if "/" not in pattern:
        return _fits(pattern, path.name)
    parts = pattern.removeprefix("/").split("/")
    return len(parts) == len(path.parts) and all(map(_fits, parts, path.parts))


def _fits(pattern: str, name: str) -> bool:
    return fnmatchcase(name, pattern.replace("[^", "[!"))
