"""Files of an image, read from a container that is made for it and never started.

The daemon sends files as tar archives. For what is at one path the first header is enough, so the
rest of the answer is not read. It knows also what has a name that is no text, but sends nothing of
it: that is looked for in a folder above.
"""

import os
import posixpath
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from stages.light_dataclass import dataclass
from werfish.containers.archive_member import attributes_of, fact_of, storable_fact_of
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.oci.facts import Fact, folders_above
from werfish.oci.image_files import CONTAINERS_OWN, ImageFile

if TYPE_CHECKING:
    from docker import APIClient

_NOT_FOUND = 404
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
            for member in archive.members:
                _, _, below = member.name.partition("/")
                if below:
                    yield f"{path}/{below}"

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at *path*; ``None`` if there is none."""
        with self._archive(path) as archive:
            member = next(archive.members, None)
            if member is None or not member.isfile():
                return None
            return b"".join(_content(member, archive))

    def stream(self, path: str) -> Iterator[ImageFile]:
        """Yield what is at *path* and below, without what the daemon made for the container."""
        # While an archive is read, the daemon answers no other question about the container.
        untouched = self._untouched_time() if _has_touched(path) else 0
        with self._archive(path) as archive:
            for member in archive.members:
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
            member = next(archive.members, None)
        return fact_of(member) if member is not None else None

    @contextmanager
    def _archive(self, path: str) -> Iterator["_Archive"]:
        """Open the archive of *path*; it is empty where the image has nothing there."""
        with self._opened(path) as opened:
            if opened is None:
                yield _Archive(iter(()))
                return
            if _is_text(path):
                yield _Archive(_members(opened), opened)
                return
        above = _text_above(path)
        with self._opened(above) as opened:
            yield _Archive(_members_at(path, above, opened) if opened else iter(()), opened)

    @contextmanager
    def _opened(self, path: str) -> Iterator[tarfile.TarFile | None]:
        """Open what the daemon sends of *path*; ``None`` where the image has nothing there."""
        api = self._connection()
        with daemon_errors(f'read "/{path}" of image {self._image_id[:19]}'):
            container = self._container or self._create()
            # docker-py's own get_archive cannot be left before its end.
            url = f"{api.base_url}/v{api.api_version}/containers/{container}/archive"
            # Undecoded, or the daemon compresses what is read from the socket here.
            plain = {"Accept-Encoding": "identity"}
            # A name is bytes, which need not be text.
            asked = {"path": os.fsencode(f"/{path}")}
            response = api.get(url, params=asked, stream=True, headers=plain)
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


@dataclass(frozen=True, slots=True)
class _Archive:
    """The *members* of an archive, each of which may be read from *opened* when it comes."""

    members: Iterator[tarfile.TarInfo]
    opened: tarfile.TarFile | None = None


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := archive.next()) is not None:
        # Or all of them are kept, for going back.
        archive.members.clear()  # type: ignore[attr-defined]
        yield member


def _members_at(path: str, above: str, archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield the members of the *archive* of folder *above* that that of *path* would have."""
    start = path.removeprefix(above).strip("/")
    unnamed = len(start) - len(posixpath.basename(path))
    for member in _members(archive):
        below = _below(member.name)
        if below == start or below.startswith(f"{start}/"):
            member.name = below[unnamed:]
            if member.islnk():
                member.linkname = _below(member.linkname)[unnamed:]
            yield member


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text_above(path: str) -> str:
    """Return the lowest folder above *path* whose own path is text."""
    return next((one for one in reversed(folders_above(path)) if _is_text(one)), "")


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


def _image_file(path: str, member: tarfile.TarInfo, archive: _Archive) -> ImageFile:
    return ImageFile(
        path,
        storable_fact_of(member),
        _content(member, archive) if member.isreg() else (),
        _below(member.linkname) if member.islnk() else "",
        attributes_of(member),
    )


def _content(member: tarfile.TarInfo, archive: _Archive) -> Iterator[bytes]:
    file = archive.opened.extractfile(member) if archive.opened else None
    while file is not None and (chunk := file.read(_CHUNK)):
        yield chunk
