"""Files of an image, read from a container that is made for it and never started.

The daemon sends files as tar archives. For what is at one path the first header is enough, so the
rest of the answer is not read.
"""

import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from werfish.containers.archive_member import attributes_of, fact_of, storable_fact_of
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.oci.facts import Fact
from werfish.oci.image_files import CONTAINERS_OWN, ImageFile

if TYPE_CHECKING:
    from docker import APIClient

_NOT_FOUND = 404
_PLAIN = {"Accept-Encoding": "identity"}
_TOUCHED = frozenset({"", "etc", "dev", "dev/pts", "dev/shm", "proc", "sys"})
"""Folders that the daemon touches when it makes a container, so that their own time is not seen.

A layer must not depend on the clock, so they get the time of the image's accounts.
"""
_ACCOUNTS = "etc/passwd"
_CHUNK = 256 * 1024


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
            return replace(fact, mtime=self._untouched_time())
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

    def stream(self, path: str) -> Iterator[ImageFile]:
        """Yield what is at *path* and below, without what the daemon made for the container."""
        # While an archive is read, the daemon answers no other question about the container.
        untouched = self._untouched_time() if _has_touched(path) else 0
        with self._archive(path) as archive:
            while archive is not None and (member := archive.next()) is not None:
                # Or all of them are kept, for going back.
                archive.members.clear()  # type: ignore[attr-defined]
                below = _below(member.name)
                place = f"{path}/{below}".strip("/")
                if place in _TOUCHED:
                    member.mtime = untouched
                if place not in CONTAINERS_OWN:
                    yield _image_file(below, member, archive)

    def close(self) -> None:
        """Remove the container, if one was made."""
        if self._container:
            with daemon_errors("remove a container"):
                self._connection().remove_container(self._container, force=True, v=True)
            self._container = ""

    def _untouched_time(self) -> int:
        accounts = self._first(_ACCOUNTS)
        return accounts.mtime if accounts is not None else 0

    def _first(self, path: str) -> Fact | None:
        with self._archive(path) as archive:
            member = archive.next() if archive is not None else None
        return fact_of(member) if member is not None else None

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
                api._raise_for_status(response)  # type: ignore[attr-defined]
                with (
                    _whole(path),
                    tarfile.open(
                        fileobj=response.raw, mode="r|", encoding="utf-8", errors="surrogateescape"
                    ) as archive,
                ):
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


@contextmanager
def _whole(path: str) -> Iterator[None]:
    try:
        yield
    except tarfile.TarError as error:
        raise DaemonError(
            f'read "/{path}" of an image', f"the archive is broken: {error}"
        ) from error


def _has_touched(path: str) -> bool:
    return not path or any(f"{touched}/".startswith(f"{path}/") for touched in _TOUCHED)


def _below(name: str) -> str:
    """Return the path of a member relative to what was asked for, whose own name comes first."""
    return name.partition("/")[2].strip("/")


def _image_file(path: str, member: tarfile.TarInfo, archive: tarfile.TarFile) -> ImageFile:
    return ImageFile(
        path,
        storable_fact_of(member),
        _content(member, archive) if member.isreg() else (),
        _below(member.linkname) if member.islnk() else "",
        attributes_of(member),
    )


def _content(member: tarfile.TarInfo, archive: tarfile.TarFile) -> Iterator[bytes]:
    file = archive.extractfile(member)
    while file is not None and (chunk := file.read(_CHUNK)):
        yield chunk
