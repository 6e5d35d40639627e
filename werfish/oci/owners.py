"""Owners by name or number, as the image's ``/etc/passwd`` and ``/etc/group`` have them. Pure."""

from werfish.errors import BuildError
from werfish.oci.facts import ImageTree

PASSWD, GROUP = "etc/passwd", "etc/group"


class UnknownOwnerError(BuildError):
    """The image has no user or group of that name; *path* is the file that was asked."""

    def __init__(self, name: str, path: str) -> None:
        """Name the user or group, and the file."""
        what = "user" if path == PASSWD else "group"
        super().__init__(
            f'find {what} "{name}" in the image: "/{path}" does not name it',
            hint=f"create the {what} in an earlier stage, or write its number",
        )
        self.name = name
        self.path = path


def user_id(owner: str, tree: ImageTree) -> int:
    """Return the number of user *owner*; an empty one is root. Numbers need no file."""
    return _number(owner, PASSWD, tree)


def group_id(group: str, tree: ImageTree) -> int:
    """Return the number of *group*; an empty one is root's. Numbers need no file."""
    return _number(group, GROUP, tree)


def _number(name: str, path: str, tree: ImageTree) -> int:
    if not name:
        return 0
    if name.isascii() and name.isdigit():
        return int(name)
    found = _ids_by_name(tree.read(path) or b"").get(name)
    if found is None:
        raise UnknownOwnerError(name, path)
    return found


def _ids_by_name(content: bytes) -> dict[str, int]:
    """Read ``name:password:id:…`` lines; the first of a name counts, broken lines do not."""
    ids: dict[str, int] = {}
    for line in content.decode("utf-8", "surrogateescape").splitlines():
        fields = line.split(":")
        if len(fields) > 2 and fields[2].isascii() and fields[2].isdigit():
            ids.setdefault(fields[0], int(fields[2]))
    return ids
