"""Records survive their bytes, and Helm's own JSON is read as Helm means it."""

import gzip
import json
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.releases import release
from werfish.releases.codec import decode, encode, record_of, release_of
from werfish.releases.release import HookRecord, Release, Status

texts = st.text(st.characters(codec="utf-8"), max_size=30)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
maps = st.dictionaries(texts, values, max_size=3)
tuples = st.lists(texts, max_size=3).map(tuple)
hooks = st.builds(
    HookRecord,
    name=texts,
    kind=texts,
    path=texts,
    manifest=texts,
    events=tuples,
    weight=st.integers(-9, 9),
    delete_policies=tuples,
    output_log_policies=tuples,
    last_run=st.just({}) | st.just({"started_at": "x", "completed_at": "", "phase": "Running"}),
)
releases = st.builds(
    Release,
    name=texts,
    namespace=texts,
    revision=st.integers(1, 999),
    status=st.sampled_from(Status),
    manifest=texts,
    hooks=st.lists(hooks, max_size=2).map(tuple),
    chart=maps,
    config=maps,
    first_deployed=texts,
    last_deployed=texts,
    deleted=texts,
    description=texts,
    notes=texts,
    extra=st.just({}) | st.just({"apply_method": "ssa", "info": {"resources": {"a": 1}}}),
)


@given(releases)
def test_a_release_survives_its_bytes(one: Release) -> None:
    assert decode(encode(one), {}) == one


def test_bytes_are_a_function_of_the_release() -> None:
    assert encode(release()) == encode(release())


def test_the_names_in_the_record_are_helms() -> None:
    hook = HookRecord(
        "migrate", "Job", "web/templates/j.yaml", "kind: Job", ("pre-install",), 5, ("hook-failed",)
    )
    record = record_of(replace(release(), hooks=(hook,)))
    assert list(record) == [
        "name", "info", "chart", "config", "manifest", "hooks", "version", "namespace",
    ]  # fmt: skip
    assert record["info"]["status"] == "deployed"
    assert record["hooks"] == [
        {
            "name": "migrate",
            "kind": "Job",
            "path": "web/templates/j.yaml",
            "manifest": "kind: Job",
            "events": ["pre-install"],
            "last_run": {"started_at": "", "completed_at": "", "phase": ""},
            "weight": 5,
            "delete_policies": ["hook-failed"],
        }
    ]


def test_what_is_not_known_here_is_kept() -> None:
    record = record_of(release())
    record["apply_method"] = "ssa"
    record["info"]["rollback_revision"] = 3
    again = record_of(release_of(record, {}))
    assert again["apply_method"] == "ssa"
    assert again["info"]["rollback_revision"] == 3


def test_a_record_without_gzip_is_read() -> None:
    """Helm wrote such ones before it compressed them."""
    text = json.dumps(record_of(release())).encode()
    assert decode(b64encode(text).decode(), {}) == release()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("", id="empty"),
        pytest.param("!!!", id="not-base64"),
        pytest.param(b64encode(b"\x1f\x8b\x08cut").decode(), id="broken-gzip"),
        pytest.param(b64encode(b"[]").decode(), id="not-an-object"),
        pytest.param(b64encode(b"{}").decode(), id="no-name"),
    ],
)
def test_nonsense_is_no_record(data: str) -> None:
    with pytest.raises(ValueError, match="release record"):
        decode(data, {})


def test_the_layers_are_base64_base64_gzip() -> None:
    text = gzip.decompress(b64decode(encode(release())))
    assert json.loads(text)["name"] == "web"
