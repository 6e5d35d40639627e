"""Who files from git or another image belong to: numbers, looked up in the image. Pure."""

from stages.light_dataclass import dataclass
from stages.mapping import GitMapping
from werfish.build.placed import placed_at
from werfish.errors import PlacedError
from werfish.oci.facts import ImageTree

_USERS, _GROUPS = "etc/passwd", "etc/group"


@dataclass(frozen=True, slots=True)
class Owner:
    """Numbers of a file's owner and group."""

    uid: int = 0
    gid: int = 0


class UnknownOwnerError(PlacedError):
    """A mapping or import names an owner that the image does not have."""

    def __init__(self, kind: str, name: str, doing: str) -> None:
        """Say which *kind* (user or group) is unknown, and what was being done."""
        super().__init__(
            f'{doing}: {kind} "{name}" is not in the image',
            hint=f"create the {kind} in the base image or in beforeInstall, or give its number",
        )


def owner_of(mapping: GitMapping, tree: ImageTree) -> Owner:
    """Return the numbers of the owner and group that *mapping* names, looked up in the image.

    An owner without a group brings the group that the image gives that user.
    """
    doing = f'write the git content of "{mapping.to}"'
    with placed_at(mapping.line):
        uid, gid = given_numbers(mapping.owner, mapping.group, doing, tree)
    if uid is not None and gid is None:
        gid = _Accounts("user", _USERS, tree).primary_group(uid)
    return Owner(uid or 0, gid or 0)


def given_numbers(
    owner: str, group: str, doing: str, tree: ImageTree
) -> tuple[int | None, int | None]:
    """Return the numbers of *owner* and *group*, ``None`` for what is empty.

    *doing* begins the message of an `UnknownOwnerError`.
    """
    uid = _Accounts("user", _USERS, tree).number(owner, doing) if owner else None
    gid = _Accounts("group", _GROUPS, tree).number(group, doing) if group else None
    return uid, gid


@dataclass(frozen=True, slots=True)
class _Accounts:
    kind: str
    path: str
    tree: ImageTree

    def number(self, name: str, doing: str) -> int:
        if name.isdigit():
            return int(name)
        for fields in self._rows():
            if fields[0] == name:
                return int(fields[2])
        raise UnknownOwnerError(self.kind, name, doing)

    def primary_group(self, uid: int) -> int:
        groups = [int(fields[3]) for fields in self._rows() if int(fields[2]) == uid]
        return groups[0] if groups else 0

    def _rows(self) -> list[list[str]]:
        text = (self.tree.read(self.path) or b"").decode(errors="replace")
        rows = [line.split(":") for line in text.splitlines()]
        return [row for row in rows if len(row) > 3 and row[2].isdigit()]
