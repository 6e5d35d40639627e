"""Manifests and indexes come back as they were written, and nonsense is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.oci import media_types
from werfish.oci.manifest import Descriptor, Index, Manifest, Platform, decode_manifest

digests = st.integers(0, 2**256 - 1).map(lambda number: f"sha256:{number:064x}")
annotations = st.dictionaries(st.text(min_size=1), st.text(), max_size=3).map(
    lambda pairs: tuple(sorted(pairs.items()))
)
platforms = st.builds(
    Platform, st.just("linux"), st.sampled_from(["amd64", "arm"]), st.sampled_from(["", "v7"])
)
descriptors = st.builds(
    Descriptor,
    st.sampled_from([media_types.OCI_LAYER_GZIP, media_types.DOCKER_CONFIG]),
    digests,
    st.integers(0, 2**40),
    annotations,
    st.none() | platforms,
)
layers = st.lists(descriptors, max_size=4).map(tuple)


@given(descriptors, layers, annotations, st.sampled_from(sorted(media_types.MANIFESTS)))
def test_manifest_survives_writing_and_reading(
    config: Descriptor,
    layers: tuple[Descriptor, ...],
    pairs: tuple[tuple[str, str], ...],
    media_type: str,
) -> None:
    manifest = Manifest(config, layers, pairs, media_type)
    assert decode_manifest(manifest.encode()) == manifest


@given(layers, annotations, st.sampled_from(sorted(media_types.INDEXES)))
def test_index_survives_writing_and_reading(
    manifests: tuple[Descriptor, ...], pairs: tuple[tuple[str, str], ...], media_type: str
) -> None:
    index = Index(manifests, pairs, media_type)
    assert decode_manifest(index.encode()) == index


def test_bytes_are_canonical() -> None:
    """The digest of a manifest is that of these bytes: they are pinned."""
    blob = Descriptor(media_types.OCI_CONFIG, f"sha256:{'0' * 64}", 2)
    assert Manifest(blob, (), (("b", "ü"), ("a", ""))).encode().decode() == (
        '{"annotations":{"a":"","b":"ü"},"config":{"digest":"sha256:'
        + "0" * 64
        + '","mediaType":"application/vnd.oci.image.config.v1+json","size":2},"layers":[],'
        '"mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}'
    )


def test_type_comes_from_the_registry_where_the_document_is_silent() -> None:
    """OCI's mediaType field is optional."""
    data = json.dumps({"schemaVersion": 2, "manifests": []}).encode()
    assert decode_manifest(data, media_types.DOCKER_INDEX) == Index(
        (), (), media_types.DOCKER_INDEX
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"<html>", id="not-json"),
        pytest.param(b"[]", id="not-an-object"),
        pytest.param(b'{"schemaVersion":1,"fsLayers":[]}', id="schema-1"),
        pytest.param(b'{"schemaVersion":2}', id="neither-manifest-nor-index"),
        pytest.param(b'{"schemaVersion":2,"config":{},"layers":[]}', id="empty-descriptor"),
        pytest.param(
            b'{"schemaVersion":2,"layers":[],"config":{"digest":"sha256:1","size":1}}',
            id="wrong-digest",
        ),
    ],
)
def test_nonsense_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error is one, too
        decode_manifest(data)


def test_docker_types_have_names_in_oci() -> None:
    named = media_types.oci_type_of(media_types.DOCKER_LAYER_GZIP)
    assert named == media_types.OCI_LAYER_GZIP
