"""Globs of ``.Files.Glob``: doublestar's, over any tree of files.

Folders that are links are not walked into, except where the pattern names them; links to files are
files, as in werf 1.1.
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from werfish.config.resolve import names_of
from werfish.config.tree import FileTree, Kind

_MAGIC = set("*?[{\\")
_MOST_PATTERNS = 1000


class TooManyPatternsError(Exception):
    """The braces of a glob stand for more patterns than anyone means."""


def split_glob(pattern: str) -> tuple[str, str]:
    """Return the folder that *pattern* names in plain words, and the glob below it.

    >>> split_glob("/conf/./a/*.yaml")
    ('conf/a', '*.yaml')
    """
    names = names_of(pattern)
    plain = list(takewhile(lambda name: not _MAGIC & set(name), names[:-1]))
    return "/".join(plain), "/".join(names[len(plain) :])


def matches(tree: FileTree, folder: str, glob: str) -> Iterator[tuple[str, Kind]]:
    """Yield what below *folder* matches *glob* and is no folder: its path from there, its kind."""
    expressions = _compiled(glob)
    depth = None if "**" in glob or "{" in glob else glob.count("/")
    for path, kind in walk(tree, folder, depth):
        if any(expression.fullmatch(path) for expression in expressions):
            yield path, kind


def walk(tree: FileTree, folder: str, depth: int | None = None) -> Iterator[tuple[str, Kind]]:
    """Yield everything below *folder* but folders, sorted within each: path from there, kind.

    With a *depth*, folders are entered so many times only.
    """
    left = [""]
    while left:
        inside = left.pop()
        below = []
        for name, kind in tree.children("/".join(filter(None, (folder, inside)))):
            path = f"{inside}/{name}" if inside else name
            if kind is not Kind.FOLDER:
                yield path, kind
            elif depth is None or path.count("/") < depth:
                below.append(path)
        left.extend(reversed(below))


def _compiled(pattern: str) -> list[re.Pattern[str]]:
    from wcmatch import glob
    from wcmatch._wcparse import PatternLimitException

    flags = glob.GLOBSTAR | glob.DOTGLOB | glob.BRACE | glob.CASE | glob.FORCEUNIX
    try:
        wanted, _ = glob.translate(pattern, flags=flags, limit=_MOST_PATTERNS)
    except PatternLimitException as error:
        raise TooManyPatternsError from error
    return [re.compile(expression) for expression in wanted]
