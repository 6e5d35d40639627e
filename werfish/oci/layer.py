"""Deterministic layers: the same entries are the same bytes, wherever they are written.

The format is that of the OCI image specification: a tar archive of what is new and changed, and a
``.wh.NAME`` file for what is gone. Entries are sorted; headers are written directly, as ustar,
with pax records only where a name, a link or a number does not fit.
"""

from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry of a layer is."""

    DIRECTORY = "directory"
    FILE = "file"
    SYMLINK = "symlink"
    WHITEOUT = "whiteout"


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """One path of a layer.

    *path* is relative to the root, without slashes at its ends, already free of symbolic links in
    its folders. *mode* holds permission bits only (with setuid, setgid, sticky). *mtime* is in
    whole seconds. *source* says where a file's content is read (a git object id); *link* is a
    symbolic link's target. A whiteout removes the path, whatever it is.
    """

    path: str
    kind: EntryKind
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    source: str = ""
    link: str = ""
