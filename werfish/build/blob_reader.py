"""The content of a layer's files, read from whichever repositories they are in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from werfish.build.adapters import SourceRepository
from werfish.build.git_layer import Content
from werfish.oci.layer import EntryKind, LayerEntry


class BlobReader:
    """Reads blobs by their ids; one id is the same content in every repository that has it."""

    def __init__(
        self, contents: Sequence[Content], repositories: Mapping[str, SourceRepository]
    ) -> None:
        """Know which of *repositories* has which blob, from the entries of *contents*."""
        self._repositories = repositories
        self._homes = {
            entry.oid: content.mapping.repository
            for content in contents
            if content.mapping.remote
            for entry in content.entries
        }

    def read(self, oids: Sequence[str]) -> Iterator[tuple[int, Iterable[bytes]]]:
        """Yield the size and the content, in pieces, of each blob of *oids*, in their order."""
        for home, inside in groupby(oids, lambda oid: self._homes.get(oid, "")):
            yield from self._repositories[home].read_blobs(list(inside))

    def with_links(self, entries: Sequence[LayerEntry]) -> tuple[LayerEntry, ...]:
        """Read the targets of symbolic links, which git keeps as the content of a blob."""
        oids = [entry.source for entry in entries if entry.kind is EntryKind.SYMLINK]
        contents = (b"".join(pieces) for _, pieces in self.read(oids))
        targets = iter([content.decode("utf-8", "surrogateescape") for content in contents])
        return tuple(
            replace(entry, link=next(targets), source="")
            if entry.kind is EntryKind.SYMLINK
            else entry
            for entry in entries
        )
