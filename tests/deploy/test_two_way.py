"""Two-way merge leaves drift alone, and says so."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from tests.contracts.releases import release
from tests.deploy.test_merge import SCHEMA, live_objects, objects
from werfish.deploy.merge import three_way
from werfish.deploy.merging import REPAIR_ERRORS, REPAIR_MESSAGES, REPAIR_PATCH, merger_of
from werfish.deploy.modes import MERGE_LABEL, MergeMode, Modes, labelled, settled
from werfish.deploy.owner import annotations_of
from werfish.deploy.two_way import two_way
from werfish.kube.schema import UNKNOWN

TWO_WAY, THREE_WAY = merger_of(Modes(MergeMode.DISABLED)), merger_of(Modes())


@pytest.mark.parametrize(
    ("old", "live", "new", "expected"),
    [
        pytest.param({"a": 1}, {"a": 9}, {"a": 1}, {"a": 9}, id="drift-stays"),
        pytest.param({"a": 1}, {"a": 9}, {"a": 2}, {"a": 2}, id="what-the-chart-changed-comes"),
        pytest.param({"a": 1, "b": 1}, {"a": 1, "b": 9}, {"a": 1}, {"a": 1}, id="dropped-goes"),
        pytest.param({}, {"a": 9}, {"a": 1}, {"a": 1}, id="new-comes"),
        pytest.param({"a": 1}, {"x": 1}, {"a": 1}, {"x": 1}, id="what-was-removed-stays-away"),
        pytest.param(
            {"containers": [{"name": "a", "image": "1", "x": 1}, {"name": "b", "x": 1}]},
            {"containers": [{"name": "a", "image": "1", "x": 9}, {"name": "b", "x": 9}]},
            {"containers": [{"name": "a", "image": "2", "x": 1}, {"name": "b", "x": 1}]},
            {"containers": [{"name": "a", "image": "2", "x": 9}, {"name": "b", "x": 9}]},
            id="elements-by-name",
        ),
        pytest.param(
            {"containers": [{"name": "a", "image": "1", "x": 1}]},
            {"containers": [{"name": "z"}]},
            {"containers": [{"name": "a", "image": "2", "x": 1}]},
            {"containers": [{"name": "z"}, {"name": "a", "image": "2", "x": 1}]},
            id="an-element-that-was-removed-comes-back-whole",
        ),
        pytest.param(
            {"finalizers": ["a", "b"]},
            {"finalizers": ["x"]},
            {"finalizers": ["b", "c"]},
            {"finalizers": ["x", "c"]},
            id="sets",
        ),
        pytest.param(
            {"volumes": [{"name": "v", "configMap": {"name": "c"}}]},
            {"volumes": [{"name": "v", "configMap": {"name": "c", "mode": 1}}]},
            {"volumes": [{"name": "v", "emptyDir": {}}]},
            {"volumes": [{"name": "v", "emptyDir": {}}]},
            id="retained-keys",
        ),
    ],
)
def test_cases(old: Any, live: Any, new: Any, expected: Any) -> None:
    result = dict(two_way(old, live, new, SCHEMA).merged)
    result.pop("metadata", None)
    assert result == expected


@given(objects, live_objects)
def test_an_unchanged_chart_changes_nothing(chart: Any, live: Any) -> None:
    assert two_way(chart, live, chart, SCHEMA).patch == {}


@given(live_objects, objects)
def test_without_a_record_it_is_a_three_way_merge(live: Any, new: Any) -> None:
    assert two_way(None, live, new, SCHEMA) == three_way(None, live, new, SCHEMA)


@given(live_objects, objects)
def test_without_drift_it_does_what_a_three_way_merge_does(old: Any, new: Any) -> None:
    assert two_way(old, old, new, SCHEMA).merged == three_way(old, old, new, SCHEMA).merged


CHART: dict[str, Any] = {"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"x": "1"}}
DRIFTED: dict[str, Any] = {**CHART, "data": {"x": "9", "y": "2"}}


def test_the_repair_stands_in_an_annotation_until_it_is_made() -> None:
    first = TWO_WAY(CHART, DRIFTED, CHART, UNKNOWN)
    notes = annotations_of(first.merged)
    assert json.loads(notes[REPAIR_PATCH]) == {"data": {"x": "1"}}
    assert "data.x" in notes[REPAIR_MESSAGES]
    assert first.merged["data"] == DRIFTED["data"]
    assert TWO_WAY(CHART, first.merged, CHART, UNKNOWN).patch == {}, "it is written once"
    repaired = {**first.merged, "data": {"x": "1", "y": "2"}}
    for merger in (TWO_WAY, THREE_WAY):
        assert not annotations_of(merger(CHART, repaired, CHART, UNKNOWN).merged)
    assert THREE_WAY(CHART, first.merged, CHART, UNKNOWN).merged == {
        **repaired,
        "metadata": {"name": "a", "annotations": {}},
    }


def test_no_secret_stands_in_an_annotation() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {}, "data": {"x": "c2VjcmV0"}}
    notes = annotations_of(
        TWO_WAY(secret, {**secret, "data": {"x": "b3Ro"}}, secret, UNKNOWN).merged
    )
    assert REPAIR_PATCH not in notes
    assert "data.x" in notes[REPAIR_MESSAGES]
    assert "c2VjcmV0" not in str(notes)


def test_a_repair_that_is_too_large_for_an_annotation_is_told() -> None:
    chart = {**CHART, "data": {"x": "1" * 100_000}}
    notes = annotations_of(TWO_WAY(chart, DRIFTED, chart, UNKNOWN).merged)
    assert REPAIR_PATCH not in notes
    assert "too many" in notes[REPAIR_ERRORS]


def test_only_a_release_that_began_with_two_way_patches_keeps_to_them() -> None:
    modes = Modes(MergeMode.ONLY_NEW_RELEASES)
    two_way_release = labelled(release(), Modes(MergeMode.DISABLED))
    assert two_way_release.labels == {MERGE_LABEL: "two-way"}
    assert settled(modes, ()).merge is MergeMode.ENABLED
    assert settled(modes, (release(),)).merge is MergeMode.ENABLED
    assert settled(modes, (release(), replace(two_way_release, revision=2))).is_two_way
    assert labelled(two_way_release, Modes()).labels == {}
