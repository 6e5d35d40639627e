"""From annotations to a plan: nothing is lost, and phases keep apart."""

from hypothesis import given
from hypothesis import strategies as st

from tests.deploy.objects import OWNER, annotated, manifest, resource
from werfish.deploy.changes import Action, changes_of
from werfish.deploy.dependencies import External
from werfish.deploy.layout import layout_of
from werfish.deploy.order import State
from werfish.deploy.plan import Plan, plan_of
from werfish.deploy.policies import Phase
from werfish.deploy.recorded import Recorded
from werfish.deploy.situation import situation_of
from werfish.helm.manifests import Rendered
from werfish.kube.resource import Gvk, Resource, ResourceId
from werfish.kube.schema import UNKNOWN

KINDS = ("Namespace", "CustomResourceDefinition", "ConfigMap", "Service", "Odd")
THEIRS = ResourceId(Gvk("", "v1", "Secret"), "prod", "theirs")


def id_of(resource: Resource, external: External) -> ResourceId:
    return THEIRS


def planned(*resources: Resource, event: str = "install") -> Plan:
    rendered = Rendered(resources)
    changes = changes_of(resources, {}, Recorded(), OWNER, lambda gvk: UNKNOWN)
    situation = situation_of(rendered, changes, event)
    return plan_of(situation.changes, layout_of(situation, id_of).layout)


@st.composite
def charts(draw: st.DrawFn) -> list[Resource]:
    chart: list[Resource] = []
    for place in range(draw(st.integers(1, 8))):
        name = f"r{place}"
        stated: dict[str, str] = {}
        if draw(st.booleans()):
            stated["werf.io/weight"] = str(draw(st.integers(-1, 1)))
        if draw(st.booleans()):
            stated["werf.io/deploy-on"] = draw(
                st.sampled_from(["install", "pre-install", "post-install", "upgrade"])
            )
        elif place and draw(st.booleans()):
            needed = f"state=present,name=r{draw(st.integers(0, place - 1))}"
            if not any("deploy-on" in key for one in chart for key in one.annotations):
                stated["werf.io/deploy-dependency-x"] = needed
        if draw(st.booleans()):
            stated["x.external-dependency.werf.io/resource"] = "secret/theirs"
        made = resource(manifest(draw(st.sampled_from(KINDS)), name))
        chart.append(annotated(made, stated))
    return chart


@given(charts())
def test_everything_is_done_once_or_left_alone(chart: list[Resource]) -> None:
    plan = planned(*chart)
    done = [change.id for change in plan.steps()] + [change.id for change in plan.idle]
    assert sorted(done) == sorted(one.id for one in chart)
    left = {one.id for one in chart if one.annotations.get("werf.io/deploy-on") == "upgrade"}
    assert {change.id for change in plan.idle} == left
    assert list(planned(*reversed(chart)).stages()) == list(plan.stages())


@given(charts())
def test_what_waits_for_others_objects_is_told_to(chart: list[Resource]) -> None:
    plan = planned(*chart)
    asks = {one.id for one in chart if "x.external-dependency.werf.io/resource" in one.annotations}
    awaited: set[tuple[Phase, ResourceId]] = set()
    phases = {Phase.BEFORE: plan.before, Phase.MAIN: plan.writes, Phase.AFTER: plan.after}
    for phase, stages in phases.items():
        for stage in stages:
            awaited |= {(phase, need.on) for need in stage.awaits if need.state is State.READY}
            if any(change.id in asks for change in stage.changes):
                assert (phase, THEIRS) in awaited
    assert not asks & {change.id for change in plan.foundations}


def test_a_definition_that_depends_on_something_is_no_foundation() -> None:
    crd = resource(manifest("CustomResourceDefinition", "crd"))
    waiting = annotated(crd, {"werf.io/deploy-dependency-x": "state=present,name=a"})
    config = resource(manifest("ConfigMap", "a"))
    assert [change.id.name for change in planned(crd, config).foundations] == ["crd"]
    plan = planned(waiting, config)
    assert plan.foundations == ()
    assert [change.id.name for change in plan.steps()] == ["a", "crd"]
    assert plan.count(Action.CREATE) == 2
