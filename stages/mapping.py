"""Which paths of a git tree land where in an image: the one matcher of globs.

A glob matches a path when it is that path or a folder above it, or matches it by doublestar's
rules, or matches a folder above it so (``P``, ``P/**/*``). No include globs mean everything; an
exclude glob wins over an include glob. All globs and paths here are relative to ``add``; a glob
means what it means without ``.``, ``..`` and empty steps (``./src``). Of a file that is all there
is, the path is empty: globs of everything match it (werf's ``pkg/path_matcher``).
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from functools import lru_cache
from itertools import takewhile

from stages.address import address_of
from stages.light_dataclass import dataclass
from stages.secret import SecretSource

_MAGIC = re.compile(r"[*?\[{\\]")
_CHOICE = re.compile(r"[\[{\\]")
"""What a glob has that is more than a path."""


@dataclass(frozen=True, slots=True)
class StageDependencies:
    """Globs of the files on whose content the stages with instructions depend."""

    install: tuple[str, ...] = ()
    before_setup: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """Who asks for a remote repository over HTTP; *source* and *place* are as for a `Secret`."""

    username: str
    source: SecretSource
    place: str

    def __repr__(self) -> str:
        """Leave out the place: of a value it is the password."""
        return f"BasicAuth({self.username!r}, {self.source})"


@dataclass(frozen=True, slots=True)
class RemoteRepository:
    """A repository that is not the project's: *name* is made of its *url* as werf makes it.

    At most one of *branch*, *tag* and *commit* is set; none means the branch ``master``. *line* is
    where it stands in the configuration, 0 where that is unknown.
    """

    url: str
    name: str
    branch: str = ""
    tag: str = ""
    commit: str = ""
    auth: BasicAuth | None = None
    line: int = field(default=0, compare=False)

    @property
    def key(self) -> str:
        """What tells it from others: the same repository at another ref is another one."""
        return f"{address_of(self.url)}@{self.ref}"

    @property
    def ref(self) -> str:
        """What of it is taken, in words: ``branch:master``, ``tag:v1``, ``commit:`` and its id."""
        if self.commit:
            return f"commit:{self.commit}"
        return f"tag:{self.tag}" if self.tag else f"branch:{self.branch or 'master'}"


@dataclass(frozen=True, slots=True)
class GitMapping:
    """One entry of ``git:``. *add* and *to* are absolute and clean; *add* is ``/`` for the root.

    *remote* is the repository that the files come from, where it is not the project's own.
    *owner* and *group* are names or numbers as the user wrote them, empty where none is given.
    *line* is where the mapping stands in the configuration, 0 where that is unknown.
    """

    to: str
    add: str = "/"
    include_paths: tuple[str, ...] = ()
    exclude_paths: tuple[str, ...] = ()
    owner: str = ""
    group: str = ""
    stage_dependencies: StageDependencies = StageDependencies()
    remote: RemoteRepository | None = None
    line: int = field(default=0, compare=False)

    @property
    def repository(self) -> str:
        """The key of the repository; empty for the project's own."""
        return self.remote.key if self.remote else ""

    @property
    def tree_path(self) -> str:
        """*add* as a path of the tree: without the leading slash, empty for the root."""
        return self.add.strip("/")

    def relative(self, path: str) -> str | None:
        """Return tree path *path* relative to *add*, or ``None`` where it lies elsewhere.

        The path of *add* itself, when it is a file, gives the empty string.
        """
        root = self.tree_path
        if not root:
            return path
        if path == root:
            return ""
        return path[len(root) + 1 :] if path.startswith(root + "/") else None

    def selects(self, path: str) -> bool:
        """Whether tree path *path* belongs to the image."""
        relative = self.relative(path)
        if relative is None:
            return False
        return not relative or is_selected(relative, self.include_paths, self.exclude_paths)

    def target(self, path: str) -> str:
        """Return where tree path *path*, which belongs to the image, lands in it (absolute)."""
        relative = self.relative(path)
        if relative is None:
            raise ValueError(f'"{path}" is not below "{self.add}"')
        return f"{self.to.rstrip('/')}/{relative}" if relative else self.to


def fixed_folders(globs: Iterable[str]) -> tuple[str, ...] | None:
    """Return where paths that one of *globs* matches are: each is one of these, or in one.

    ``None`` where a pattern begins with something that stands for many names.
    """
    found = []
    for pattern in globs:
        parts = clean_glob(pattern).split("/")
        fixed = "/".join(takewhile(lambda part: not _MAGIC.search(part), parts))
        if not fixed:
            return None
        found.append(fixed)
    return tuple(found)


def is_selected(path: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether *path* is one to bring by the globs *include* and *exclude*."""
    if exclude and matches_any(exclude, path):
        return False
    return not include or matches_any(include, path)


def matches_any(globs: Iterable[str], path: str) -> bool:
    """Whether one of *globs* matches *path* or a folder above it."""
    return matcher(tuple(globs))(path)


@lru_cache(maxsize=4096)
def clean_glob(pattern: str) -> str:
    """Return *pattern* without slashes at its ends and needless steps, empty for everything."""
    clean = posixpath.normpath(pattern.strip("/"))
    return "" if clean == "." else clean


@lru_cache(maxsize=4096)
def matcher(globs: tuple[str, ...]) -> Callable[[str], bool]:
    """Return what tells of a path whether one of *globs* matches it or a folder above it."""
    clean = [clean_glob(one) for one in globs]
    if not all(clean):
        return lambda path: True
    names, folders = frozenset(clean), tuple(f"{one}/" for one in clean)
    regexes = tuple(
        one for pattern in clean if _MAGIC.search(pattern) for one in _compiled(pattern)
    )
    takes_lone_file = any(not one.strip("*/") for one in clean)
    within: dict[str, bool] = {"": False}

    def matches(path: str) -> bool:
        if not path:
            return takes_lone_file
        if path in names or path.startswith(folders):
            return True
        return bool(regexes) and (is_one(path) or is_in_one(path.rpartition("/")[0]))

    def is_one(path: str) -> bool:
        return any(needed in path and regex.fullmatch(path) for needed, regex in regexes)

    def is_in_one(folder: str) -> bool:
        asked = []
        while (found := within.get(folder)) is None:
            asked.append(folder)
            if found := is_one(folder):
                break
            folder = folder.rpartition("/")[0]
        within.update(dict.fromkeys(asked, found))
        return found

    return matches


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the regular expressions of *pattern*, and of each a text that its paths contain.

    What is below a path that matches is told by that path, but where a choice may end in a slash:
    ``{src/,lib/}`` matches no folder, and yet all that is in them.
    """
    from wcmatch import glob  # the time that takes is saved where paths are all there is

    flags = glob.GLOBSTAR | glob.DOTGLOB | glob.BRACE | glob.CASE | glob.FORCEUNIX
    patterns = [pattern, pattern.removesuffix("/**")]
    if _CHOICE.search(pattern):
        patterns += [f"{pattern}/**/*", f"{pattern}/**"]
    return tuple(
        (_needed_text(one), re.compile(regex))
        for one in dict.fromkeys(patterns)
        for regex in glob.translate(one, flags=flags)[0]
    )


def _needed_text(pattern: str) -> str:
    """Return the longest text that is in every path which *pattern* matches."""
    if _CHOICE.search(pattern):
        return ""
    return max(re.split(r"[*?/]", pattern), key=len)
