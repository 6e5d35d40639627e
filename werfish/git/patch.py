"""What differs between two commits: whole entries, never a textual patch.

Renames are not looked for: a moved file is one that went and one that came.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from stages.sources import SUBMODULE, TreeChange, TreeEntry
from werfish.git.command import bytes_of, run_git, text_of
from werfish.git.errors import MissingObjectError

_Side = tuple[int, str]
"""A mode and an object id; mode 0 where there is nothing."""


def changes_between(root: Path, since: str, until: str, prefix: str = "") -> tuple[TreeChange, ...]:
    """Return what differs from commit *since* to *until* below *prefix*, sorted by path bytes.

    *prefix* is as for `werfish.git.tree.entries_of`.
    """
    raw = sorted(_raw_changes(root, since, until, prefix), key=lambda change: bytes_of(change[0]))
    sides = [side for _, before, after in raw for side in (before, after)]
    sizes = _sizes(root, sides)
    return tuple(
        TreeChange(path, _entry(path, before, sizes), _entry(path, after, sizes))
        for path, before, after in raw
    )


def _raw_changes(
    root: Path, since: str, until: str, prefix: str
) -> Iterator[tuple[str, _Side, _Side]]:
    folder = (f"--relative={prefix}", since, until, "--", prefix) if prefix else (since, until)
    options = ("-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--ignore-submodules=none")
    fields = text_of(run_git(root, "diff-tree", *options, *folder).stdout).split("\0")
    for facts, path in zip(fields[::2], fields[1::2], strict=False):
        old_mode, new_mode, old_oid, new_oid, _ = facts.removeprefix(":").split()
        yield path, (int(old_mode, 8), old_oid), (int(new_mode, 8), new_oid)


def _entry(path: str, side: _Side, sizes: dict[str, int]) -> TreeEntry | None:
    mode, oid = side
    if not mode:
        return None
    return TreeEntry(path, mode, oid, 0 if mode == SUBMODULE else sizes[oid])


def _sizes(root: Path, sides: Iterable[_Side]) -> dict[str, int]:
    oids = sorted({oid for mode, oid in sides if mode not in (0, SUBMODULE)})
    if not oids:
        return {}
    request = "".join(f"{oid}\n" for oid in oids).encode()
    answer = run_git(root, "cat-file", "--batch-check", "--buffer", stdin=request).stdout
    return dict(_size(line) for line in answer.decode().splitlines())


def _size(line: str) -> tuple[str, int]:
    oid, kind, *size = line.split()
    if not size:
        raise MissingObjectError(oid, kind)
    return oid, int(size[0])
