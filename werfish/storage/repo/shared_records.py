"""What each stage of an image was made of, known to all machines: for the reason of a rebuild.

A record is an annotation of an empty index, so that it is one request to read or write it. It is
written only when more than files of git and settings has changed: these explain themselves. As with
the records of a host, one that cannot be read or written costs a reason, nothing else.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Mapping

from stages.digest import Part, digest_of
from werfish.errors import RegistryError
from werfish.oci.labels import PREFIX
from werfish.oci.manifest import Index
from werfish.oci.reference import Reference, Repository
from werfish.registry.client import RegistryClient
from werfish.storage.records import PartsRecords, decode_parts, encode_parts
from werfish.storage.repo.candidates import PASSING

TAG_PREFIX = "parts-"
_PARTS = PREFIX + "parts"
_MOST = 1 << 20
_PLAIN = frozenset(name.value for name in PASSING)
"""Stages whose own parts say why they are built."""

_UNREADABLE = (
    *(RegistryError, OSError, EOFError, zlib.error),
    *(ValueError, TypeError, KeyError, AttributeError),
)
Parts = Mapping[str, tuple[Part, ...]]


class SharedRecords:
    """The records of this host, *own*, and where it has none those in *repository*."""

    def __init__(self, own: PartsRecords, registry: RegistryClient, repository: Repository) -> None:
        """Ask nothing yet."""
        self._asked: dict[tuple[str, str], Parts] = {}
        self._own = own
        self._registry = registry
        self._repository = repository

    def parts_of(self, project: str, image: str) -> dict[str, tuple[Part, ...]]:
        """Return what is remembered of *image*, by stage; empty where nothing is."""
        if (project, image) not in self._asked:
            own = self._own.parts_of(project, image)
            self._asked[project, image] = own or self._found(project, image)
        return dict(self._asked[project, image])

    def remember_parts(self, project: str, image: str, parts: Parts) -> None:
        """Replace what is remembered of *image*; who asked for no reason has built nothing."""
        self._own.remember_parts(project, image, parts)
        before = self._asked.pop((project, image), None)
        if before is None or _lasting(before) == _lasting(parts):
            return
        text = base64.b64encode(gzip.compress(json.dumps(encode_parts(parts)).encode(), mtime=0))
        if len(text) <= _MOST:
            self._write(project, image, Index((), ((_PARTS, text.decode()),)))

    def _found(self, project: str, image: str) -> dict[str, tuple[Part, ...]]:
        try:
            stored = self._registry.find_manifest(self._reference(project, image))
            text = dict(stored.decode().annotations)[_PARTS] if stored else ""
            return decode_parts(json.loads(gzip.decompress(base64.b64decode(text)))) if text else {}
        except (
            RegistryError,
            OSError,
            EOFError,
            zlib.error,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
        ):
            return {}

    def _write(self, project: str, image: str, index: Index) -> None:
        try:
            self._registry.put_image(lambda digest: self._reference(project, image), index)
        except RegistryError:
            return

    def _reference(self, project: str, image: str) -> Reference:
        name = digest_of("image", (Part("image", project, image),))
        return self._repository.tagged(f"{TAG_PREFIX}{name}")


def _lasting(parts: Parts) -> dict[str, tuple[Part, ...]]:
    return {
        stage: tuple(part for part in own if part.kind not in ("previous", "commit"))
        for stage, own in parts.items()
        if stage not in _PLAIN
    }
