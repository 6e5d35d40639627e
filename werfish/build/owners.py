"""Who the files of a git mapping belong to: numbers, looked up by name in the image. Pure."""

from dataclasses import dataclass

from stages.mapping import GitMapping
from werfish.errors import BuildError
from werfish.oci.facts import ImageTree


@dataclass(frozen=True, slots=True)
class Owner:
    """Numbers of a file's owner and group."""

    uid: int = 0
    gid: int = 0


class UnknownOwnerError(BuildError):
    """A mapping names an owner that the image does not have."""

    def __init__(self, kind: str, name: str, to: str) -> None:
        """Say which *kind* (user or group) of which mapping is unknown."""
        super().__init__(
            f'write the git content of "{to}": {kind} "{name}" is not in the image',
            hint=f"create the {kind} in the base image or in beforeInstall, or give its number",
        )


def owner_of(mapping: GitMapping, tree: ImageTree) -> Owner:
    """Return the numbers of the owner and group that *mapping* names, looked up in the image.

    An owner without a group brings the group that the image gives that user.
    """
    users = _Accounts("user", "etc/passwd", tree)
    uid = users.number(mapping.owner, mapping.to)
    if mapping.owner and not mapping.group:
        return Owner(uid, users.primary_group(uid))
    return Owner(uid, _Accounts("group", "etc/group", tree).number(mapping.group, mapping.to))


@dataclass(frozen=True, slots=True)
class _Accounts:
    kind: str
    path: str
    tree: ImageTree

    def number(self, name: str, to: str) -> int:
        if not name or name.isdigit():
            return int(name or 0)
        for fields in self._rows():
            if fields[0] == name:
                return int(fields[2])
        raise UnknownOwnerError(self.kind, name, to)

    def primary_group(self, uid: int) -> int:
        groups = [int(fields[3]) for fields in self._rows() if int(fields[2]) == uid]
        return groups[0] if groups else 0

    def _rows(self) -> list[list[str]]:
        text = (self.tree.read(self.path) or b"").decode(errors="replace")
        rows = [line.split(":") for line in text.splitlines()]
        return [row for row in rows if len(row) > 3 and row[2].isdigit()]
