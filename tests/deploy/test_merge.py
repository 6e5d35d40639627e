"""The laws of the three-way merge, and the cases that they come from."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.deploy.baseline import baseline
from werfish.deploy.equal import is_identical, without_nulls
from werfish.deploy.merge import json_patch, three_way
from werfish.kube.schema import Schema

KEYED: dict[str, Any] = {
    "type": "array",
    "x-kubernetes-patch-strategy": "merge",
    "x-kubernetes-patch-merge-key": "name",
    "items": {
        "type": "object",
        "properties": {
            "env": {
                "type": "array",
                "x-kubernetes-patch-strategy": "merge",
                "x-kubernetes-patch-merge-key": "name",
                "items": {"type": "object"},
            },
            "ports": {
                "type": "array",
                "x-kubernetes-patch-strategy": "merge",
                "x-kubernetes-patch-merge-key": "port",
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["port", "protocol"],
                "items": {"properties": {"protocol": {"default": "TCP"}}},
            },
        },
    },
}
SCHEMA = Schema(
    {
        "type": "object",
        "properties": {
            "containers": KEYED,
            "volumes": {**KEYED, "x-kubernetes-patch-strategy": "merge,retainKeys"},
            "finalizers": {
                "type": "array",
                "x-kubernetes-patch-strategy": "merge",
                "items": {"type": "string"},
            },
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "strategy": {"type": "object", "x-kubernetes-patch-strategy": "retainKeys"},
            "probe": {"type": "object", "properties": {"path": {}, "period": {}}},
            "limits": {
                "type": "object",
                "additionalProperties": {
                    "$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"
                },
            },
            "rules": {"type": "array", "x-kubernetes-list-type": "atomic"},
        },
    }
)


def merged(old: Any, live: Any, new: Any) -> Any:
    result = dict(three_way(old, live, new, SCHEMA).merged)
    result.pop("metadata", None)
    return result


@pytest.mark.parametrize(
    ("old", "live", "new", "expected"),
    [
        pytest.param({"a": 1}, {"a": 2}, {"a": 1}, {"a": 1}, id="drift-is-repaired"),
        pytest.param({"a": 1}, {"a": 1, "b": 2}, {"a": 1}, {"a": 1, "b": 2}, id="others-stay"),
        pytest.param({"a": 1, "b": 2}, {"a": 1, "b": 2}, {"a": 1}, {"a": 1}, id="dropped-goes"),
        pytest.param({}, {"a": 1}, {"b": 1}, {"a": 1, "b": 1}, id="unrecorded-stays"),
        pytest.param({}, {"a": 1}, {"a": None}, {"a": 1}, id="null-is-absent"),
        pytest.param({"a": 1}, {"a": 1}, {"a": None}, {}, id="null-drops-what-was"),
        pytest.param(
            {"labels": {"a": "1", "b": "2"}},
            {"labels": {"a": "1", "b": "2", "x": "9"}},
            {},
            {"labels": {"x": "9"}},
            id="others-labels-stay-when-all-of-ours-go",
        ),
        pytest.param(
            {"probe": {"path": "/"}},
            {"probe": {"path": "/", "period": 10}},
            {},
            {},
            id="a-structure-goes-with-its-defaults",
        ),
        pytest.param(
            {"containers": [{"name": "a", "image": "1"}]},
            {"containers": [{"name": "a", "image": "1", "x": 1}, {"name": "sidecar"}]},
            {"containers": [{"name": "a", "image": "2"}]},
            {"containers": [{"name": "a", "image": "2", "x": 1}, {"name": "sidecar"}]},
            id="elements-by-name",
        ),
        pytest.param(
            {"containers": [{"name": "a"}, {"name": "b"}]},
            {"containers": [{"name": "a"}, {"name": "b"}, {"name": "c"}]},
            {"containers": [{"name": "a"}]},
            {"containers": [{"name": "a"}, {"name": "c"}]},
            id="dropped-elements-go",
        ),
        pytest.param(
            {},
            {"containers": [{"name": "a"}, {"name": "b"}, {"name": "x"}]},
            {"containers": [{"name": "b"}, {"name": "a"}]},
            {"containers": [{"name": "b"}, {"name": "a"}, {"name": "x"}]},
            id="the-order-is-the-charts",
        ),
        pytest.param(
            {},
            {"containers": [{"name": "a", "ports": [{"port": 1, "protocol": "TCP", "node": 3}]}]},
            {"containers": [{"name": "a", "ports": [{"port": 1}, {"port": 1, "protocol": "UDP"}]}]},
            {
                "containers": [
                    {
                        "name": "a",
                        "ports": [
                            {"port": 1, "protocol": "TCP", "node": 3},
                            {"port": 1, "protocol": "UDP"},
                        ],
                    }
                ]
            },
            id="keys-with-defaults",
        ),
        pytest.param(
            {"finalizers": ["a", "b"]},
            {"finalizers": ["a", "b", "x"]},
            {"finalizers": ["b", "c"]},
            {"finalizers": ["b", "x", "c"]},
            id="sets",
        ),
        pytest.param(
            {"rules": [{"a": 1}]},
            {"rules": [{"a": 1, "default": 5}]},
            {"rules": [{"a": 1}]},
            {"rules": [{"a": 1, "default": 5}]},
            id="defaults-in-whole-lists-stay",
        ),
        pytest.param(
            {"rules": [{"a": 1}]},
            {"rules": [{"a": 2, "default": 5}]},
            {"rules": [{"a": 1}]},
            {"rules": [{"a": 1}]},
            id="whole-lists-are-replaced",
        ),
        pytest.param(
            {},
            {"strategy": {"type": "Rolling", "rolling": {"max": 1}}},
            {"strategy": {"type": "Recreate"}},
            {"strategy": {"type": "Recreate"}},
            id="retain-keys-of-a-map",
        ),
        pytest.param(
            {},
            {"strategy": {"type": "Rolling", "rolling": {"max": 1}}},
            {"strategy": {"type": "Rolling"}},
            {"strategy": {"type": "Rolling", "rolling": {"max": 1}}},
            id="retain-keys-leaves-defaults",
        ),
        pytest.param(
            {},
            {"volumes": [{"name": "v", "configMap": {"name": "c", "mode": 1}}]},
            {"volumes": [{"name": "v", "emptyDir": {}}]},
            {"volumes": [{"name": "v", "emptyDir": {}}]},
            id="retain-keys-of-elements",
        ),
        pytest.param(
            {"volumes": [{"name": "v", "emptyDir": {}}]},
            {"volumes": [{"name": "v", "hostPath": {"path": "/"}}]},
            {"volumes": [{"name": "v", "emptyDir": {}}]},
            {"volumes": [{"name": "v", "emptyDir": {}}]},
            id="what-is-empty-takes-its-place-back",
        ),
        pytest.param(
            {}, {"limits": {"cpu": "100m"}}, {"limits": {"cpu": 0.1}}, {"limits": {"cpu": "100m"}},
            id="quantities",
        ),
        pytest.param({"e": ""}, {}, {"e": ""}, {}, id="recorded-nothing-stays-dropped"),
        pytest.param({}, {}, {"e": {}}, {"e": {}}, id="new-nothing-is-written"),
        pytest.param({"e": []}, {"e": None}, {"e": []}, {"e": None}, id="a-null-of-the-server"),
        pytest.param({}, {"e": None}, {"e": [1]}, {"e": [1]}, id="a-null-is-filled"),
    ],
)  # fmt: skip
def test_cases(old: Any, live: Any, new: Any, expected: Any) -> None:
    assert merged(old, live, new) == expected
    if isinstance(expected.get("containers"), list):
        assert merged(old, live, new)["containers"] == expected["containers"]


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"type": "OnDelete"}, {"type": "OnDelete"}),
        ({"type": "RollingUpdate"}, {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}),
    ],
)
def test_an_update_strategy_of_another_type_takes_the_place_of_one(wanted: Any, left: Any) -> None:
    """A StatefulSet refuses what the server filled in for the other."""
    filled_in = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
    live = {"spec": {"updateStrategy": filled_in, "replicas": 1}}
    desired = {"spec": {"updateStrategy": wanted, "replicas": 1}}
    found = three_way({"spec": {"replicas": 1}}, live, desired, SCHEMA).merged
    assert found == {"spec": {"updateStrategy": left, "replicas": 1}}


QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
SELECTOR = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"
RULES = Schema(
    {
        "properties": {
            "rules": {
                "type": "array",
                "items": {
                    "properties": {
                        "from": {
                            "type": "array",
                            "items": {
                                "properties": {
                                    "namespaceSelector": {
                                        "$ref": f"#/components/schemas/{SELECTOR}"
                                    },
                                    "matchLabels": {
                                        "type": "object",
                                        "additionalProperties": {"type": "string"},
                                    },
                                },
                            },
                        },
                        "ports": {"type": "array"},
                        "paths": {"type": "array", "default": [{"path": "/"}]},
                        "scope": {"type": "string"},
                        "limits": {
                            "type": "object",
                            "additionalProperties": {
                                "$ref": f"#/components/schemas/{QUANTITY}",
                            },
                        },
                    },
                },
            },
        },
    },
    is_strategic=True,
)


@pytest.mark.parametrize(
    ("rule", "live"),
    [
        (
            {"from": [{"matchLabels": {"a": "1"}}]},
            {"from": [{"matchLabels": {"a": "1", "b": "2"}}]},
        ),
        ({"from": [{}]}, {"from": [{"matchLabels": {"b": "2"}}]}),
        ({"from": [{}]}, {"from": [{}], "ports": [{"port": 80}]}),
        ({"from": [{}]}, {"from": [{"namespaceSelector": {}}]}),
    ],
    ids=["a-label", "labels", "a-list", "a-selector-of-everything"],
)
@pytest.mark.parametrize("recorded", [True, False])
def test_what_somebody_put_into_a_list_that_is_one_value_goes(
    rule: Any, live: Any, recorded: bool
) -> None:
    chart = {"rules": [rule]}
    result = three_way(chart if recorded else None, {"rules": [live]}, chart, RULES)
    assert result.patch == chart
    custom = Schema(RULES.node, is_strategic=False)
    assert not three_way(chart, {"rules": [live]}, chart, custom).patch


def test_what_the_server_filled_into_such_a_list_stays() -> None:
    chart: dict[str, Any] = {"rules": [{"from": [{}]}]}
    filled = {"scope": "*", "paths": [{"path": "/"}], "ports": [], "limits": {"cpu": "1"}}
    live = {"rules": [{"from": [{}], **filled}]}
    assert three_way(chart, live, chart, RULES).patch == {}


def test_what_cannot_be_changed_is_not_set_back() -> None:
    """A label of a webhook in a template of claims; a selector that the server has extended."""
    chart = {"rules": [{"from": [{"matchLabels": {"a": "1"}}]}]}
    live = {"rules": [{"from": [{"matchLabels": {"a": "1", "b": "2"}}]}]}
    for name in ("affinity", "volumeClaimTemplates"):
        schema = Schema({"properties": {name: RULES.node}}, is_strategic=True)
        assert three_way({name: chart}, {name: live}, {name: chart}, schema).patch == {}


def test_secrets_for_pulling_are_told_apart_by_name() -> None:
    """OpenShift adds one of its own to each ServiceAccount, and another where that is gone."""
    node = {"properties": {"imagePullSecrets": {"type": "array", "items": {"type": "object"}}}}
    schema = Schema(node, is_strategic=True)
    live = {"imagePullSecrets": [{"name": "a"}, {"name": "own-dockercfg"}]}
    chart = {"imagePullSecrets": [{"name": "a"}]}
    assert three_way(chart, live, chart, schema).patch == {}
    other = {"imagePullSecrets": [{"name": "b"}]}
    names = [
        one["name"] for one in three_way(chart, live, other, schema).merged["imagePullSecrets"]
    ]
    assert sorted(names) == ["b", "own-dockercfg"]


def test_string_data_of_secrets_is_their_data() -> None:
    kind = {"apiVersion": "v1", "kind": "Secret", "metadata": {}}
    live = {**kind, "data": {"a": "MQ==", "b": "Mg=="}}
    result = three_way({**kind, "stringData": {"b": "2"}}, live, {**kind, "stringData": {"a": "1"}})
    assert result.merged["data"] == {"a": "MQ=="}
    assert result.fields == ("data.b",)


def test_the_status_and_what_the_server_writes_are_not_asked_for() -> None:
    live = {"metadata": {"uid": "1", "resourceVersion": "5"}, "status": {"ready": True}}
    wanted = {"metadata": {"creationTimestamp": None, "uid": "2"}, "status": {}}
    assert three_way(None, live, wanted).patch == {}


names = st.sampled_from("abc")
leaves = st.integers(0, 2) | st.sampled_from(["", "x"]) | st.booleans() | st.none()
plain = st.recursive(leaves, lambda inner: st.dictionaries(names, inner), max_leaves=8)
elements = st.lists(
    st.fixed_dictionaries({"name": names}, optional={"image": leaves, "env": leaves}),
    unique_by=lambda element: str(element["name"]),
)
objects = st.fixed_dictionaries(
    {},
    optional={
        "containers": elements,
        "volumes": elements,
        "finalizers": st.lists(names, unique=True),
        "labels": st.dictionaries(names, st.sampled_from("12")),
        "probe": plain,
        "strategy": st.dictionaries(names, st.integers(0, 2)),
        "rules": st.lists(plain, max_size=3),
        "x": plain,
    },
)
live_objects = objects.map(without_nulls)


@given(objects, live_objects, objects)
def test_a_merge_of_its_own_result_changes_nothing(old: Any, live: Any, new: Any) -> None:
    first = three_way(old, live, new, SCHEMA)
    assert three_way(new, first.merged, new, SCHEMA).patch == {}


@given(live_objects, objects)
def test_what_the_chart_says_holds(live: Any, new: Any) -> None:
    result = three_way(None, live, new, SCHEMA).merged
    assert _holds(without_nulls(new), result)


@given(live_objects, objects)
def test_without_a_record_nothing_of_others_is_lost(live: Any, new: Any) -> None:
    result = three_way(None, live, new, SCHEMA).merged
    for key in live:
        assert key in result
    for name in live.get("labels", {}):
        assert name in result["labels"]
    found = {element["name"] for element in result.get("containers", [])}
    assert found >= {element["name"] for element in live.get("containers", [])}


@given(objects, live_objects, objects)
def test_the_patch_makes_the_live_object_the_merged_one(old: Any, live: Any, new: Any) -> None:
    result = three_way(old, live, new, SCHEMA)
    assert _patched(live, result.patch) == result.merged


@given(live_objects)
def test_an_unchanged_object_is_not_patched(live: Any) -> None:
    assert three_way(live, live, live, SCHEMA).patch == {}


@given(plain.map(without_nulls), plain.map(without_nulls))
def test_a_patch_of_equal_objects_is_empty(left: Any, right: Any) -> None:
    if isinstance(left, dict) and isinstance(right, dict):
        assert (json_patch(left, right) == {}) == is_identical(left, right)


def _holds(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict):
        return all(key in found and _holds(value, found[key]) for key, value in wanted.items())
    if wanted == []:
        return isinstance(found, list)
    if isinstance(wanted, list) and isinstance(wanted[0], dict) and "name" in wanted[0]:
        by_name = {element.get("name"): element for element in found}
        return all(_holds(element, by_name.get(element["name"], {})) for element in wanted)
    if isinstance(wanted, list) and all(isinstance(item, str) for item in wanted):
        return set(wanted) <= set(found)
    if isinstance(wanted, list):
        return len(wanted) == len(found) and all(map(_holds, wanted, found))
    return bool(wanted == found)


def _patched(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _patched(result.get(key), value)
    return result


def test_a_field_of_a_failed_revision_goes_only_while_it_is_as_that_said() -> None:
    deployed = {"labels": {"a": "1"}}
    attempt = {"labels": {"a": "1", "b": "2", "c": "3"}, "probe": {"path": "/"}}
    live = {"labels": {"a": "1", "b": "2", "c": "changed"}, "probe": {"path": "/", "period": 10}}
    known = baseline(deployed, [attempt], live, SCHEMA)
    assert known["labels"] == {"a": "1", "b": "2"}
    result = three_way(known, live, deployed, SCHEMA).merged
    assert result["labels"] == {"a": "1", "c": "changed"}
    assert "probe" not in result


def test_elements_of_a_failed_revision_are_known_too() -> None:
    attempt = {"containers": [{"name": "a", "image": "2"}, {"name": "b", "image": "1"}]}
    live = {"containers": [{"name": "a", "image": "2"}, {"name": "b", "image": "1", "x": 1}]}
    deployed = {"containers": [{"name": "a", "image": "1"}]}
    known = baseline(deployed, [attempt], live, SCHEMA)
    assert three_way(known, live, deployed, SCHEMA).merged["containers"] == [
        {"name": "a", "image": "1"}
    ]
