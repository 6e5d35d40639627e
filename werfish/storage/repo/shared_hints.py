"""The hints of a project's lasting stages under one tag, for machines that know nothing yet.

A new machine looks up one stage after the other, as the digest of each follows from the one before,
and reads their layers to learn which paths they changed. Here one request tells it what others
have found. It is an annotation of an empty index, and no more certain than what a host remembers:
what is wrong in it is noticed in the same way.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import field

from stages.digest import Digest, Part, digest_of
from stages.light_dataclass import dataclass
from werfish.containers.fact_documents import decode_layer, encode_layer
from werfish.containers.fact_store import FactStore
from werfish.errors import RegistryError
from werfish.oci.config import decode_config
from werfish.oci.labels import PREFIX
from werfish.oci.layered_facts import RunLayer
from werfish.oci.manifest import Index, Manifest, decode_manifest
from werfish.oci.reference import Reference, Repository
from werfish.registry.client import RegistryClient

TAG_PREFIX = "known-"
_KNOWN = PREFIX + "known"
_MOST = 512 << 10
"""How many bytes of hints are shared at most, before they are compressed."""

_MOST_OF_A_LAYER = 8 << 10
"""How many bytes about one layer are shared at most."""

Hint = tuple[str, bytes]
"""The media type of a hint, and its bytes."""

_UNREADABLE = (
    *(RegistryError, OSError, EOFError, zlib.error),
    *(ValueError, TypeError, KeyError, AttributeError),
)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Hints, and what is known of layers of instructions, as texts."""

    hints: Mapping[Digest, Hint] = field(default_factory=dict)
    layers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SharedHints:
    """Those of *project* in *repository*; *facts* are what this host knows of layers."""

    registry: RegistryClient
    repository: Repository
    project: str
    facts: FactStore

    def learn(self) -> Mapping[Digest, Hint]:
        """Return the hints that are shared, and keep what is said of layers; nothing is fine."""
        shared = self._read()
        for diff_id, text in shared.layers.items():
            try:
                layer = decode_layer(text.encode())
            except _UNREADABLE:
                continue
            if self.facts.layer(diff_id) is None:
                self.facts.keep_layer(diff_id, layer)
        return shared.hints

    def write(self, own: Mapping[Digest, Hint]) -> None:
        """Share *own*, and of what others have shared as much as there is room for."""
        before = self._read()
        if own.items() <= before.hints.items():
            return
        hints, size = dict[Digest, Hint](), 0
        for digest, hint in (dict(own) | {**before.hints, **own}).items():
            size += len(hint[1])
            if size <= _MOST:
                hints[digest] = hint
        layers = {one: text for hint in hints.values() for one, text in self._known(hint, before)}
        self._put(_Shared(hints, layers))

    def _known(self, hint: Hint, before: _Shared) -> Iterator[tuple[str, str]]:
        """Yield what is known of layers of instructions in the stages that *hint* names."""
        for diff_id in _diff_ids(hint):
            layer = self.facts.layer(diff_id)
            text = encode_layer(layer).decode() if isinstance(layer, RunLayer) else ""
            if (text or diff_id in before.layers) and len(text) <= _MOST_OF_A_LAYER:
                yield diff_id, text or before.layers[diff_id]

    def _read(self) -> _Shared:
        try:
            stored = self.registry.find_manifest(self._reference())
            text = dict(stored.decode().annotations)[_KNOWN] if stored else ""
            if not text:
                return _Shared()
            document = json.loads(gzip.decompress(base64.b64decode(text)))
            hints = {
                Digest(str(digest)): (str(media_type), str(data).encode())
                for digest, (media_type, data) in document["hints"].items()
            }
            return _Shared(hints, {str(one): str(said) for one, said in document["layers"].items()})
        except _UNREADABLE:
            return _Shared()

    def _put(self, shared: _Shared) -> None:
        hints = {one.value: (kind, data.decode()) for one, (kind, data) in shared.hints.items()}
        document = {"hints": hints, "layers": dict(shared.layers)}
        packed = gzip.compress(json.dumps(document).encode(), mtime=0)
        index = Index((), ((_KNOWN, base64.b64encode(packed).decode()),))
        try:
            self.registry.put_image(lambda digest: self._reference(), index)
        except RegistryError:
            return

    def _reference(self) -> Reference:
        name = digest_of("project", (Part("project", self.project, ""),))
        return self.repository.tagged(f"{TAG_PREFIX}{name}")


def _diff_ids(hint: Hint) -> Iterator[str]:
    """Yield the layers of the images that *hint* holds whole."""
    try:
        decoded = decode_manifest(hint[1], hint[0])
        children = decoded.manifests if isinstance(decoded, Index) else ()
        manifests = [decoded, *(decode_manifest(one.embedded) for one in children if one.embedded)]
        for manifest in manifests:
            if isinstance(manifest, Manifest) and manifest.config.embedded:
                yield from decode_config(manifest.config.embedded).diff_ids
    except ValueError:
        return
