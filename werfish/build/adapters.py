"""What building needs from outside: the repository's content and the other adapters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from typing import TYPE_CHECKING, BinaryIO, Protocol

from stages.digest import Part
from stages.light_dataclass import dataclass
from stages.sources import BaseImages, NoBaseImages, TreeChange, TreeEntry
from werfish.build.surroundings import Surroundings
from werfish.containers.backend import Backend, Layer
from werfish.log import Log
from werfish.storage.stage_storage import StageStorage
from werfish.trace import OFF, Trace

if TYPE_CHECKING:
    from werfish.oci.layer import LayerEntry

ReadBlobs = Callable[[Sequence[str]], Iterable[tuple[int, Iterable[bytes]]]]
"""From object ids to (size in bytes, content in pieces), in the same order."""


class SourceRepository(Protocol):
    """The commit being built, with its content and its history."""

    @property
    def commit(self) -> str:
        """The full id of the commit."""
        ...

    @property
    def commit_time(self) -> int:
        """The committer time in seconds since 1970."""
        ...

    def entries(self, commit: str) -> Sequence[TreeEntry]:
        """Return every entry of *commit*, sorted by path."""
        ...

    def changes(self, since: str, until: str) -> Sequence[TreeChange]:
        """Return what differs between two commits."""
        ...

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        """Whether *ancestor* is *descendant* or lies in its history."""
        ...

    def read_blobs(self, oids: Sequence[str]) -> Iterable[tuple[int, Iterable[bytes]]]:
        """Return the content of each object, in order."""
        ...


class LayerStore(Protocol):
    """The host's store of layers that werfish wrote."""

    def write(self, entries: "Sequence[LayerEntry]", read: ReadBlobs) -> Layer:
        """Write *entries* as a layer and keep it."""
        ...

    def write_objects(self, entries: "Sequence[LayerEntry]", read: ReadBlobs) -> Layer:
        """Write *entries*, whose sources are ids of git objects; equal ones are written once."""
        ...

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        """Open a file for content on its way into a layer; it is gone afterwards."""
        ...


class PartsRecord(Protocol):
    """What each stage of an image was made of when it was last built or used."""

    def parts_of(self, project: str, image: str) -> dict[str, tuple[Part, ...]]:
        """Return the parts by stage; empty where nothing is remembered."""
        ...

    def remember_parts(self, project: str, image: str, parts: dict[str, tuple[Part, ...]]) -> None:
        """Replace what is remembered of *image*."""
        ...


@dataclass(frozen=True, slots=True)
class BuildAdapters:
    """Everything from outside that building an image touches.

    *repository* is the project's own, *remotes* are others by key; *bases* says what tags of
    registries stand for, for images that follow theirs; *surroundings* is what of this host
    instructions may see. *ansible* is the program ``ansible-playbook``, empty where there is none.
    """

    repository: SourceRepository
    backend: Backend
    storage: StageStorage
    layers: LayerStore
    record: PartsRecord
    log: Log
    remotes: Mapping[str, SourceRepository] = field(default_factory=dict, hash=False)
    bases: BaseImages = field(default_factory=NoBaseImages, hash=False)
    trace: Trace = OFF
    ansible: str = ""
    surroundings: Surroundings = field(default_factory=Surroundings)

    @property
    def repositories(self) -> Mapping[str, SourceRepository]:
        """All repositories by key; the project's own has the empty one."""
        return {"": self.repository, **self.remotes}

    def is_ancestor(self, repository: str, ancestor: str, descendant: str) -> bool:
        """Whether, in *repository*, *ancestor* is *descendant* or lies in its history."""
        return self.repositories[repository].is_ancestor(ancestor, descendant)
