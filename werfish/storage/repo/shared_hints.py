"""The hints of a project's lasting stages under one tag, for machines that know nothing yet.

A new machine looks up one stage after the other, as the digest of each follows from the one before.
Here one request tells it what others have found. It is an annotation of an empty index, and no more
certain than what a host remembers: what is wrong in it is noticed in the same way.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Mapping

from stages.digest import Digest, Part, digest_of
from stages.light_dataclass import dataclass
from werfish.errors import RegistryError
from werfish.oci.labels import PREFIX
from werfish.oci.manifest import Index
from werfish.oci.media_types import OCI_INDEX
from werfish.oci.reference import Reference, Repository
from werfish.registry.client import RegistryClient

TAG_PREFIX = "known-"
_KNOWN = PREFIX + "known"
_MOST = 512 << 10
"""How many bytes of hints are shared at most, before they are compressed."""

Hint = tuple[str, bytes]
"""The media type of a hint, and its bytes."""

_UNREADABLE = (RegistryError, OSError, EOFError, zlib.error, ValueError, TypeError, KeyError)


@dataclass(frozen=True, slots=True)
class SharedHints:
    """Those of *project* in *repository*."""

    registry: RegistryClient
    repository: Repository
    project: str

    def read(self) -> dict[Digest, Hint]:
        """Return what is shared; nothing where that cannot be read."""
        try:
            stored = self.registry.find_manifest(self._reference())
            text = dict(stored.decode().annotations)[_KNOWN] if stored else ""
            document = json.loads(gzip.decompress(base64.b64decode(text))) if text else {}
            return {
                Digest(str(digest)): (str(media_type), str(data).encode())
                for digest, (media_type, data) in document.items()
            }
        except _UNREADABLE:
            return {}

    def write(self, own: Mapping[Digest, Hint]) -> None:
        """Share *own*, and of what others have shared as much as there is room for."""
        before = self.read()
        if own.items() <= before.items():
            return
        document, size = dict[str, tuple[str, str]](), 0
        for digest, (media_type, data) in (dict(own) | (before | dict(own))).items():
            size += len(data)
            if size <= _MOST:
                document[digest.value] = (media_type, data.decode())
        packed = gzip.compress(json.dumps(document).encode(), mtime=0)
        index = Index((), ((_KNOWN, base64.b64encode(packed).decode()),))
        try:
            self.registry.put_manifest(self._reference(), OCI_INDEX, index.encode())
        except RegistryError:
            return

    def _reference(self) -> Reference:
        name = digest_of("project", (Part("project", self.project, ""),))
        return self.repository.tagged(f"{TAG_PREFIX}{name}")
