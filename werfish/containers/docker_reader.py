"""Files of an image, read from a container that is made for it and never started.

The daemon sends files as tar archives. For what is at one path the first header is enough, so the
rest of the answer is not read.
"""

import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from werfish.containers.docker_client import daemon_errors
from werfish.oci.facts import Fact
from werfish.oci.layer import EntryKind

if TYPE_CHECKING:
    from docker import APIClient

_NOT_FOUND = 404
_PLAIN = {"Accept-Encoding": "identity"}
_TOUCHED = frozenset({"etc", "dev", "dev/pts", "dev/shm", "proc", "sys"})
"""Folders that the daemon touches when it makes a container, so that their own time is not seen.

A layer must not depend on the clock, so they get the time of the image's accounts.
"""
_ACCOUNTS = "etc/passwd"


class DockerReader:
    """An `ImageReader` of *image_id*; the container is made with the first question."""

    def __init__(
        self, connection: Callable[[], "APIClient"], image_id: str, labels: Mapping[str, str]
    ) -> None:
        """Mark the container with *labels*, by which a killed build's is found."""
        self._connection = connection
        self._image_id = image_id
        self._labels = dict(labels)
        self._container = ""

    def stat(self, path: str) -> Fact | None:
        """Return what is at *path*."""
        fact = self._first(path)
        if fact is not None and path in _TOUCHED:
            accounts = self._first(_ACCOUNTS)
            return replace(fact, mtime=accounts.mtime if accounts is not None else 0)
        return fact

    def names_below(self, path: str) -> Iterator[str]:
        """Return every path below folder *path*; all of the folder is streamed for it."""
        with self._archive(path) as archive:
            if archive is None:
                return
            for member in archive:
                _, _, below = member.name.partition("/")
                if below:
                    yield f"{path}/{below}"

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at *path*; ``None`` if there is none."""
        with self._archive(path) as archive:
            member = archive.next() if archive is not None else None
            if archive is None or member is None or not member.isfile():
                return None
            file = archive.extractfile(member)
            return file.read() if file else None

    def close(self) -> None:
        """Remove the container, if one was made."""
        if self._container:
            with daemon_errors("remove a container"):
                self._connection().remove_container(self._container, force=True, v=True)
            self._container = ""

    def _first(self, path: str) -> Fact | None:
        with self._archive(path) as archive:
            member = archive.next() if archive is not None else None
        return _fact(member) if member is not None else None

    @contextmanager
    def _archive(self, path: str) -> Iterator[tarfile.TarFile | None]:
        """Open the archive of *path*; ``None`` where the image has nothing there."""
        api = self._connection()
        with daemon_errors(f'read "/{path}" of image {self._image_id[:19]}'):
            container = self._container or self._create()
            # docker-py's own get_archive cannot be left before its end.
            url = f"{api.base_url}/v{api.api_version}/containers/{container}/archive"
            # Undecoded, or the daemon compresses what is read from the socket here.
            plain = {"Accept-Encoding": "identity"}
            response = api.get(url, params={"path": f"/{path}"}, stream=True, headers=plain)
            try:
                if response.status_code == _NOT_FOUND:
                    yield None
                    return
                response.raise_for_status()
                with tarfile.open(fileobj=response.raw, mode="r|") as archive:
                    yield archive
            finally:
                response.close()

    def _create(self) -> str:
        created = self._connection().create_container(
            self._image_id,
            command=["never started"],
            entrypoint=[],
            labels=self._labels,
            network_disabled=True,
        )
        self._container = str(created["Id"])
        return self._container


def _fact(member: tarfile.TarInfo) -> Fact:
    kind = EntryKind.FILE
    if member.isdir():
        kind = EntryKind.DIRECTORY
    elif member.issym():
        kind = EntryKind.SYMLINK
    link = member.linkname if kind is EntryKind.SYMLINK else ""
    mode = member.mode & 0o7777
    return Fact(kind, mode, member.uid, member.gid, int(member.mtime), link)
