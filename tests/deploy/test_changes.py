"""What changes, what goes, and what is nobody's business."""

from collections.abc import Sequence

import pytest

from tests.deploy.objects import OTHER, OWNER, annotated, config_map, manifest, placed, resource
from werfish.deploy.changes import Action, AdoptionError, Change, changes_of
from werfish.deploy.owner import Owner
from werfish.deploy.recorded import Recorded
from werfish.kube.resource import Resource
from werfish.kube.schema import UNKNOWN

A1, A2, B = config_map("a", x="1"), config_map("a", x="2"), config_map("b")


def changes(
    desired: Sequence[Resource],
    live: Sequence[tuple[Resource, Owner | None]] = (),
    recorded: Recorded | None = None,
) -> dict[str, Change]:
    found = {one.id: placed(one, owner) for one, owner in live}
    result = changes_of(desired, found, recorded or Recorded(), OWNER, lambda gvk: UNKNOWN)
    return {str(change.id): change for change in result}


def actions(result: dict[str, Change]) -> dict[str, str]:
    return {name: str(change.action) for name, change in result.items()}


def test_what_is_not_there_is_created_as_the_releases() -> None:
    change = changes([A1])["ConfigMap/a"]
    assert change.action is Action.CREATE
    assert change.wanted == placed(A1)


def test_what_is_there_is_updated_or_left_alone() -> None:
    assert actions(changes([A1], [(A1, OWNER)])) == {"ConfigMap/a": "none"}
    change = changes([A2], [(A1, OWNER)])["ConfigMap/a"]
    assert (change.action, change.patch) == (Action.UPDATE, {"data": {"x": "2"}})


def test_what_left_the_chart_goes() -> None:
    assert actions(changes([], [(A1, OWNER)], Recorded((A1,)))) == {"ConfigMap/a": "delete"}


def test_what_only_a_failed_revision_had_goes_too() -> None:
    recorded = Recorded((A1,), ((A1, B),))
    assert actions(changes([A1], [(A1, OWNER), (B, OWNER)], recorded)) == {
        "ConfigMap/a": "none",
        "ConfigMap/b": "delete",
    }


@pytest.mark.parametrize("owner", [None, OTHER])
def test_what_is_no_longer_ours_stays(owner: Owner | None) -> None:
    assert actions(changes([], [(A1, owner)], Recorded((A1,)))) == {"ConfigMap/a": "none"}


def test_what_must_be_kept_stays() -> None:
    kept = annotated(A1, {"helm.sh/resource-policy": "keep"})
    change = changes([], [(kept, OWNER)], Recorded((A1,)))["ConfigMap/a"]
    assert (change.action, "keep" in change.reason) == (Action.NONE, True)


def test_foreign_objects_are_refused_all_at_once() -> None:
    with pytest.raises(AdoptionError) as caught:
        changes([A1, B], [(A1, OTHER), (B, None)])
    assert 'ConfigMap/a: belongs to release "other"' in str(caught.value)
    assert "ConfigMap/b: belongs to no release" in str(caught.value)


def test_an_object_that_only_a_failed_revision_names_is_not_ours_by_that() -> None:
    with pytest.raises(AdoptionError):
        changes([A1], [(A1, None)], Recorded((), ((A1,),)))


def test_a_recorded_object_that_lost_its_marks_gets_them_back() -> None:
    change = changes([A1], [(A1, None)], Recorded((A1,)))["ConfigMap/a"]
    assert change.action is Action.UPDATE
    assert set(change.patch) == {"metadata"}


def test_an_object_may_allow_to_be_adopted() -> None:
    allowing = annotated(A1, {"werf.io/allow-adoption-by-release": "rel"})
    assert actions(changes([A1], [(allowing, OTHER)])) == {"ConfigMap/a": "update"}


def test_an_object_in_another_version_of_its_api_is_the_same_one() -> None:
    old = resource(manifest("Deployment", "d", "extensions/v1beta1"))
    new = resource(manifest("Deployment", "d", "apps/v1"))
    result = changes([new], [(new, OWNER), (old, OWNER)], Recorded((old,)))
    assert actions(result) == {"Deployment/d": "none"}
