"""What a container of the fake backend has mounted: real folders of this host."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.image_tree import FOLDER, FakeImageTree
from werfish.containers.backend import SECRETS_FOLDER, RunRequest
from werfish.oci.facts import folders_above, resolve


class FakeMounts:
    """Where the paths of a container are on this host, if they are mounted."""

    def __init__(self, folders: dict[str, Path]) -> None:
        """Take the places in the container, without a leading slash, and what is there."""
        self._folders = folders

    def __call__(self, path: str) -> Path | None:
        """Return what is mounted at *path*, or the path below a mounted folder."""
        for place, folder in self._folders.items():
            if path == place or path.startswith(place + "/"):
                return folder / path.removeprefix(place).lstrip("/")
        return None


@contextmanager
def mounted(request: RunRequest, tree: FakeImageTree) -> Iterator[FakeMounts]:
    """Mount what *request* says; *tree* gets the empty folders that a real engine leaves."""
    folders: dict[str, Path] = {}
    with tempfile.TemporaryDirectory() as memory:
        for name, value in request.secrets.items():
            (Path(memory) / name).write_bytes(value)
        wanted = {one.to: one.source or Path(one.volume) for one in request.mounts}
        if request.secrets:
            wanted[SECRETS_FOLDER] = Path(memory)
        for to, folder in wanted.items():
            place = resolve(to, tree)
            folders[place] = folder
            for path in (*folders_above(place), place):
                tree.facts.setdefault(path, FOLDER)
        yield FakeMounts(folders)
