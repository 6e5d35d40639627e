"""The order of changes."""

from hypothesis import given
from hypothesis import strategies as st

from tests.deploy.objects import manifest, resource
from werfish.deploy.changes import Action, Change
from werfish.deploy.plan import plan_of

KINDS = ["CustomResourceDefinition", "Namespace", "Secret", "Service", "Deployment", "Odd"]


def change(kind: str, name: str = "a", action: Action = Action.CREATE) -> Change:
    return Change(action, resource(manifest(kind, name)).id)


def test_kinds_come_in_helms_order_and_one_kind_at_once() -> None:
    plan = plan_of([change(kind, name) for kind in reversed(KINDS) for name in "ba"])
    assert [c.id.name for c in plan.foundations] == ["a", "b", "a", "b"]
    assert [[str(c.id) for c in stage.changes] for stage in plan.writes] == [
        ["Secret/a", "Secret/b"],
        ["Service/a", "Service/b"],
        ["Deployment/a", "Deployment/b"],
        ["Odd/a", "Odd/b"],
    ]


def test_removals_come_last_and_in_the_opposite_order() -> None:
    plan = plan_of([change(kind, action=Action.DELETE) for kind in KINDS])
    assert [wave[0].id.gvk.kind for wave in plan.removals] == [
        "Odd",
        "Deployment",
        "Service",
        "Secret",
        "CustomResourceDefinition",
    ]


changes = st.lists(
    st.builds(change, st.sampled_from(KINDS), st.sampled_from("abc"), st.sampled_from(Action)),
    max_size=12,
    unique_by=lambda change: change.id,
)


@given(changes)
def test_nothing_is_lost_and_the_order_of_arrival_does_not_matter(found: list[Change]) -> None:
    plan = plan_of(found)
    assert len(plan.steps()) + len(plan.idle) == len(found)
    assert plan_of(reversed(found)).steps() == plan.steps()
