"""Manifests and indexes, of OCI and of Docker (version 2, schema 2), as typed data. Pure.

Written canonically: sorted keys, no spaces, UTF-8. What was read is never written back from
these types where its digest matters: the bytes as they came are kept beside them.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from hashlib import sha256
from typing import Any

from stages.light_dataclass import dataclass
from werfish.oci.media_types import INDEXES, OCI_INDEX, OCI_MANIFEST, docker_type_of
from werfish.oci.reference import is_digest

Annotations = tuple[tuple[str, str], ...]
"""Keys and values, in any order; they are written sorted."""


@dataclass(frozen=True, slots=True)
class Platform:
    """What an image runs on; *variant* as in ``arm/v7``."""

    os: str
    architecture: str
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A blob or manifest: what it is, the digest of its bytes, and how many they are.

    *data* may be these bytes themselves, so that who reads the descriptor need not ask for them;
    what came from a registry counts only as `embedded` says.
    """

    media_type: str
    digest: str
    size: int
    annotations: Annotations = ()
    platform: Platform | None = None
    data: bytes = field(default=b"", repr=False)

    @property
    def embedded(self) -> bytes | None:
        """The bytes, where the descriptor has them and they are those of its digest."""
        is_right = self.data and digest_of_bytes(self.data) == self.digest
        return self.data if is_right else None


@dataclass(frozen=True, slots=True)
class Manifest:
    """One image: its configuration and its layers, the lowest first."""

    config: Descriptor
    layers: tuple[Descriptor, ...]
    annotations: Annotations = ()
    media_type: str = OCI_MANIFEST

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        return _encode(
            self.media_type,
            self.annotations,
            config=_document_of(self.config),
            layers=[_document_of(layer) for layer in self.layers],
        )


@dataclass(frozen=True, slots=True)
class Index:
    """Several manifests, one a platform or one a candidate."""

    manifests: tuple[Descriptor, ...]
    annotations: Annotations = ()
    media_type: str = OCI_INDEX

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        manifests = [_document_of(manifest) for manifest in self.manifests]
        return _encode(self.media_type, self.annotations, manifests=manifests)


def in_docker_terms(document: Manifest | Index) -> Manifest | Index:
    """Return *document* in Docker's terms; ValueError where they do not say what it says.

    Annotations and embedded bytes stay: who does not know them passes them over. What an index
    lists stays as it is.
    """
    media_type = docker_type_of(document.media_type)
    if isinstance(document, Index):
        return replace(document, media_type=media_type)
    layers = tuple(map(_in_docker_terms, document.layers))
    config = _in_docker_terms(document.config)
    return replace(document, media_type=media_type, config=config, layers=layers)


def _in_docker_terms(descriptor: Descriptor) -> Descriptor:
    return replace(descriptor, media_type=docker_type_of(descriptor.media_type))


def digest_of_bytes(data: bytes) -> str:
    """Return the digest of *data*, as manifests and references write it."""
    return f"sha256:{sha256(data).hexdigest()}"


def decode_manifest(data: bytes, media_type: str = "") -> Manifest | Index:
    """Read what a registry stores; ValueError where it is neither manifest nor index.

    *media_type* is what the registry called it; OCI allows documents that do not say so themselves.
    """
    document = json.loads(data)
    if not isinstance(document, dict) or document.get("schemaVersion") != 2:
        raise ValueError("not a manifest of schema version 2")
    try:
        return _typed(document, media_type)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("a descriptor of the manifest is incomplete") from error


def _typed(document: Mapping[str, Any], media_type: str) -> Manifest | Index:
    named = document.get("mediaType") or media_type
    annotations = _pairs(document)
    if named in INDEXES or (not named and "manifests" in document):
        manifests = tuple(_descriptor(entry) for entry in document["manifests"])
        return Index(manifests, annotations, named or OCI_INDEX)
    layers = tuple(_descriptor(entry) for entry in document["layers"])
    return Manifest(_descriptor(document["config"]), layers, annotations, named or OCI_MANIFEST)


def _descriptor(document: Mapping[str, Any]) -> Descriptor:
    digest, size = document["digest"], document["size"]
    if not isinstance(digest, str) or not is_digest(digest):
        raise ValueError(f'"{digest}" is not a digest')
    if not isinstance(size, int) or size < 0:
        raise ValueError(f'"{size}" is not a size')
    platform = document.get("platform")
    return Descriptor(
        document.get("mediaType", ""),
        digest,
        size,
        _pairs(document),
        platform
        and Platform(platform["os"], platform["architecture"], platform.get("variant", "")),
        b64decode(document.get("data") or ""),
    )


def _pairs(document: Mapping[str, Any]) -> Annotations:
    return tuple(sorted((document.get("annotations") or {}).items()))


def _document_of(descriptor: Descriptor) -> dict[str, Any]:
    document: dict[str, Any] = {
        "mediaType": descriptor.media_type,
        "digest": descriptor.digest,
        "size": descriptor.size,
    }
    if descriptor.annotations:
        document["annotations"] = dict(descriptor.annotations)
    if descriptor.data:
        document["data"] = b64encode(descriptor.data).decode()
    if descriptor.platform:
        named = {"os": descriptor.platform.os, "architecture": descriptor.platform.architecture}
        variant = descriptor.platform.variant
        document["platform"] = named | ({"variant": variant} if variant else {})
    return document


def _encode(media_type: str, annotations: Iterable[tuple[str, str]], **content: object) -> bytes:
    document = {"schemaVersion": 2, "mediaType": media_type, **content}
    if pairs := dict(annotations):
        document["annotations"] = pairs
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
