"""Old entries of `managedFields` become one of ours."""

from typing import Any

import pytest

from werfish.deploy.managers import claimed, folded, is_yielding, to_fold


def entry(manager: str, operation: str, *fields: str, **more: str) -> dict[str, Any]:
    return {
        "manager": manager,
        "operation": operation,
        "apiVersion": "v1",
        "fieldsV1": {"f:data": {f"f:{field}": {} for field in fields}},
        **more,
    }


def live(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"managedFields": list(entries)}}


def test_what_helm_and_kubectl_applied_becomes_ours() -> None:
    found = live(
        entry("helm", "Update", "a"),
        entry("kubectl-client-side-apply", "Update", "b"),
        entry("kubectl-edit", "Update", "c"),
        entry("werfish", "Apply", "d"),
    )
    assert to_fold(found) == ("helm", "kubectl-client-side-apply")
    assert folded(found) == [
        entry("werfish", "Apply", "d", "a", "b"),
        entry("kubectl-edit", "Update", "c"),
    ]


def test_without_an_entry_of_ours_the_first_old_one_becomes_it() -> None:
    found = live(entry("x", "Apply", "z"), entry("werfish", "Update", "a"))
    assert folded(found) == [entry("werfish", "Apply", "a"), entry("x", "Apply", "z")]


def test_fields_of_another_version_have_no_place_in_ours() -> None:
    found = live(entry("werfish", "Apply", "a"), entry("helm", "Update", "b", apiVersion="v1beta1"))
    assert folded(found) == [entry("werfish", "Apply", "a")]


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(entry("werfish", "Apply", "a"), id="ours"),
        pytest.param(entry("argocd", "Apply", "a"), id="another-tools"),
        pytest.param(entry("helm", "Update", "a", subresource="status"), id="of-a-subresource"),
    ],
)
def test_other_entries_stay(one: dict[str, Any]) -> None:
    assert to_fold(live(one)) == ()


def test_who_changed_things_by_hand_gives_way_and_controllers_do_not() -> None:
    assert is_yielding("kubectl-edit")
    assert is_yielding("helm")
    assert not is_yielding("kube-controller-manager")
    assert not is_yielding("argocd-controller")


def test_what_the_server_filled_in_becomes_ours_beside_the_rest() -> None:
    """So that the next apply, which leaves it out, removes it."""
    filled_in = {"spec": {"strategy": {"rollingUpdate": {"maxSurge": "25%"}}}}
    rolling: dict[str, Any] = {"f:rollingUpdate": {".": {}, "f:maxSurge": {}}}
    tree = {"f:spec": {".": {}, "f:strategy": {".": {}, **rolling}}}
    ours, theirs = entry("werfish", "Apply", "a"), entry("x", "Apply", "b")
    found = claimed(live(theirs, ours), filled_in)
    assert found == [{**ours, "fieldsV1": {**ours["fieldsV1"], **tree}}, theirs]
    [new, old] = claimed({"apiVersion": "apps/v1", **live(theirs)}, filled_in)
    assert old == theirs
    assert new == {
        "manager": "werfish",
        "operation": "Apply",
        "apiVersion": "apps/v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": tree,
    }
