"""A home with mirrors of a served repository, for tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stages.mapping import RemoteRepository
from tests.git.servers import GitServer
from tests.git.work_tree import WorkTree
from werfish.git.access import SshAccess, access_of
from werfish.git.mirrors import Mirror
from werfish.git.remote_source import RemoteSource
from werfish.git.transport import Connection, Patience

LOCK = threading.Lock()


@contextmanager
def held(name: str) -> Iterator[None]:
    with LOCK:
        yield


@dataclass
class Home:
    """A folder of mirrors, and what was said of them."""

    folder: Path
    said: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    def mirror(
        self,
        *remotes: RemoteRepository,
        environment: dict[str, str] | None = None,
        patience: Patience | None = None,
    ) -> Mirror:
        access = access_of(remotes[0], "x.yaml:7", self.folder, environment or {}, SshAccess())
        connection = Connection(access, "x.yaml:7", patience or Patience())
        wanted = {remote.ref: "x.yaml:7" for remote in remotes}
        return Mirror(self.folder / "git", connection, wanted, held, self.said.append)

    def source(
        self, remote: RemoteRepository, environment: dict[str, str] | None = None
    ) -> RemoteSource:
        mirror = self.mirror(remote, environment=environment)
        return RemoteSource(mirror, remote.ref, self.warned.append)


def push(work: WorkTree, *refs: str) -> None:
    work.git("push", "--quiet", "--force", "origin", *(refs or ("master",)))


def remote_of(
    server: GitServer, *, branch: str = "", tag: str = "", commit: str = ""
) -> RemoteRepository:
    return RemoteRepository(f"{server.url}/group/app.git", "group/app", branch, tag, commit)


def contents(source: RemoteSource) -> dict[str, bytes]:
    entries = source.entries(source.commit)
    read = [b"".join(content) for _, content in source.read_blobs([one.oid for one in entries])]
    return dict(zip((entry.path for entry in entries), read, strict=True))
