"""What a member of a tar archive says of a file of an image."""

import tarfile

from werfish.oci.facts import Fact
from werfish.oci.layer import EntryKind
from werfish.oci.tar import attributes_in

_KEPT = ("security.capability", "user.")
"""How the extended attributes begin that belong to a file wherever it is."""


def fact_of(member: tarfile.TarInfo) -> Fact:
    """Return what *member* is; what is neither folder nor link counts as a file."""
    kind = EntryKind.FILE
    if member.isdir():
        kind = EntryKind.DIRECTORY
    elif member.issym():
        kind = EntryKind.SYMLINK
    link = member.linkname if kind is EntryKind.SYMLINK else ""
    mode = member.mode & 0o7777
    return Fact(kind, mode, member.uid, member.gid, int(member.mtime), link)


def storable_fact_of(member: tarfile.TarInfo) -> Fact | None:
    """Return what *member* is, ``None`` for what no layer of ours brings."""
    is_storable = member.isreg() or member.isdir() or member.issym() or member.islnk()
    return fact_of(member) if is_storable else None


def attributes_of(member: tarfile.TarInfo) -> tuple[tuple[str, bytes], ...]:
    """Return the extended attributes that belong to the file wherever it is, sorted by name."""
    found = attributes_in(member.pax_headers)
    return tuple((name, value) for name, value in found if name.startswith(_KEPT))
