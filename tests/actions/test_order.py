"""Deploys in the order that their charts ask for, with policies, in memory."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.actions.releasing import Releasing, text
from tests.fakes.cluster import FakeCluster
from tests.fakes.helm import FakeHelm
from werfish.actions.plan import plan, plan_json, plan_text
from werfish.actions.run_tests import ChosenTests, FinishedTests, UntestableError, run_tests
from werfish.deploy.layout import OrderError
from werfish.deploy.order import CycleError
from werfish.deploy.owner import Owner
from werfish.deploy.staging import ExternalMissingError
from werfish.errors import TrackError
from werfish.kube.annotations import AnnotationError
from werfish.kube.errors import NotFoundError
from werfish.kube.resource import Gvk, Manifest, ResourceId

JOB = Gvk("batch", "v1", "Job")
OWNER = Owner("rel", "prod")


class RunningCluster(FakeCluster):
    """A cluster whose Jobs end as soon as they are created; those called ``bad…`` fail."""

    def create(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        made = super().create(manifest, dry_run=dry_run)
        if manifest["kind"] == "Job":
            metadata = manifest["metadata"]
            type = "Failed" if metadata["name"].startswith("bad") else "Complete"
            status = {"conditions": [{"type": type, "status": "True"}]}
            id = ResourceId(JOB, metadata["namespace"], metadata["name"])
            self.patch(id, {"status": status}, subresource="status")
        return made


@pytest.fixture
def world(tmp_path: Path) -> Releasing:
    return Releasing(tmp_path / ".helm", cluster=RunningCluster())


def config(name: str, annotations: Mapping[str, str] | None = None, data: str = "{}") -> str:
    return text(name, data, _annotated(annotations or {}))


def job(name: str, annotations: Mapping[str, str] | None = None) -> str:
    stated = _annotated(annotations or {})
    return f"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {name}\n{stated}spec: {{}}\n"


def _annotated(annotations: Mapping[str, str]) -> str:
    lines = "".join(f'    {key}: "{value}"\n' for key, value in annotations.items())
    return f"  annotations:\n{lines}" if lines else ""


def weight(value: str) -> dict[str, str]:
    return {"werf.io/weight": value}


def after(state: str, **fields: str) -> dict[str, str]:
    stated = ",".join(f"{key}={value}" for key, value in fields.items())
    return {"werf.io/deploy-dependency-it": f"state={state},{stated}"}


def written(world: Releasing) -> list[str]:
    """Return what was created and deleted, in order, but for the release's own Lease."""
    return [
        name if method == "create" else f"-{name}"
        for method, name in world.cluster.requests
        if method in {"create", "delete"} and not name.startswith(("Lease", "Namespace"))
    ]


def test_weights_go_up_and_each_is_ready_before_the_next(world: Releasing) -> None:
    world.deploy(config("c"), job("b", weight("-1")), config("a", weight("5")))
    assert written(world) == ["Job/b", "ConfigMap/c", "ConfigMap/a"]
    requests = list(world.cluster.requests)
    waited = requests.index(("watch", "Job"))
    assert requests.index(("create", "Job/b")) < waited < requests.index(("create", "ConfigMap/c"))
    said = world.output.getvalue()
    assert "when Job/b is ready (werf.io/weight): ConfigMap/c" in said


@pytest.mark.parametrize(
    "policy", [{"werf.io/deploy-on": "upgrade"}, {"werf.io/resource-policy": "skip-create"}]
)
def test_a_weight_does_not_wait_for_what_is_not_deployed(
    world: Releasing, policy: dict[str, str]
) -> None:
    world.deploy(job("a", policy), config("b", weight("1")))
    assert written(world) == ["ConfigMap/b"]


def test_what_a_resource_depends_on_is_ready_before_it(world: Releasing) -> None:
    world.deploy(config("a", after("ready", kind="Job", name="seed")), job("seed"), config("b"))
    assert written(world) == ["ConfigMap/b", "Job/seed", "ConfigMap/a"]


def test_an_unchanged_one_is_waited_for_too(world: Releasing) -> None:
    chart = after("ready", kind="Job", name="seed")
    world.deploy(job("seed"), config("a", chart))
    world.cluster.requests.clear()
    world.deploy(job("seed"), config("a", chart, "{x: '2'}"))
    requests = list(world.cluster.requests)
    assert requests.index(("watch", "Job")) < requests.index(("patch", "ConfigMap/a"))


def test_a_failure_of_what_is_needed_stops_what_needs_it(world: Releasing) -> None:
    with pytest.raises(TrackError, match="Job/bad"):
        world.deploy(job("bad"), config("a", after("ready", name="bad")))
    assert world.names() == []
    assert world.history() == [(1, "failed")]


def test_what_left_the_chart_may_have_to_go_before(world: Releasing) -> None:
    world.deploy(config("old"))
    world.cluster.requests.clear()
    world.deploy(config("new", after("absent", kind="ConfigMap", name="old")))
    assert written(world) == ["-ConfigMap/old", "ConfigMap/new"]
    world.cluster.requests.clear()
    world.deploy(config("last"))
    assert written(world) == ["ConfigMap/last", "-ConfigMap/new"]


@pytest.mark.parametrize(
    ("phase", "order"),
    [
        ("pre-upgrade", ["-ConfigMap/old", "ConfigMap/new", "ConfigMap/x"]),
        ("post-upgrade", ["ConfigMap/x", "-ConfigMap/old", "ConfigMap/new"]),
    ],
)
def test_it_is_gone_also_before_and_after_the_others(
    world: Releasing, phase: str, order: list[str]
) -> None:
    world.deploy(config("old"))
    world.cluster.requests.clear()
    stated = {**after("absent", name="old"), "werf.io/deploy-on": phase}
    world.deploy(config("new", stated), config("x"))
    assert written(world) == order


def test_a_circle_is_an_error_before_anything_is_written(world: Releasing) -> None:
    with pytest.raises(CycleError, match="ConfigMap/a needs ConfigMap/b"):
        world.deploy(config("a", after("present", name="b")), config("b", after("ready", name="a")))
    assert written(world) == []


def test_a_dependency_that_nothing_meets_is_told(world: Releasing) -> None:
    world.deploy(config("a", after("ready", kind="Job", name="nosuch")))
    assert "nothing of the release is kind Job, name nosuch" in world.output.getvalue()


def test_a_hook_that_has_run_meets_a_dependency(world: Releasing) -> None:
    hook = job("seed", {"helm.sh/hook": "pre-install"})
    world.deploy(hook, config("a", after("ready", kind="Job", name="seed")))
    assert "nothing of the release" not in world.output.getvalue()


@pytest.mark.parametrize(
    ("annotations", "error", "match"),
    [
        (weight("x"), AnnotationError, r'ConfigMap/a in "shop/templates/a.yaml": werf.io/weight'),
        ({"werf.io/delete-policy": "x"}, AnnotationError, "shop/templates/a.yaml"),
        ({"werf.io/skip-logs": "x"}, AnnotationError, "shop/templates/a.yaml"),
        ({"x.external-dependency.werf.io/resource": "odd/a"}, AnnotationError, "odd"),
        ({"helm.sh/hook": "test", "werf.io/deploy-on": "install"}, AnnotationError, "deploy-on"),
        (after("absent", kind="ConfigMap", name="b"), OrderError, "will not be absent"),
        ({**after("ready", name="b"), "werf.io/deploy-on": "pre-install"}, OrderError, "after it"),
    ],
)
def test_what_is_wrong_is_found_before_anything_is_written(
    world: Releasing, annotations: dict[str, str], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        world.deploy(config("a", annotations), config("b"))
    assert world.cluster.requests == [
        one for one in world.cluster.requests if one[0] in {"get", "list"}
    ]


EXTERNAL = {
    "x.external-dependency.werf.io/resource": "configmap/theirs",
    "x.external-dependency.werf.io/namespace": "default",
}


def test_an_object_of_others_is_waited_for(world: Releasing) -> None:
    theirs = {"apiVersion": "v1", "kind": "ConfigMap"}
    metadata = {"name": "theirs", "namespace": "default"}
    world.cluster.create({**theirs, "metadata": metadata})
    world.deploy(config("a", EXTERNAL))
    assert world.names() == ["a"]


def test_an_object_of_others_that_does_not_come_is_named(tmp_path: Path) -> None:
    world = Releasing(tmp_path / ".helm", timeout=0.2)
    with pytest.raises(ExternalMissingError, match=r"ConfigMap/theirs in namespace .default"):
        world.deploy(config("a", EXTERNAL), config("b"))
    assert world.names() == ["b"]


def test_a_plan_shows_what_waits_for_what(world: Releasing) -> None:
    plan = world.deploy(job("seed"), config("a", after("ready", name="seed"))).plan
    lines = list(plan_text(plan))
    told = "when Job/seed is ready (werf.io/deploy-dependency-it):"
    assert lines.index("+ Job/seed (new)") < lines.index(told) < lines.index("+ ConfigMap/a (new)")
    assert '"state": "ready"' in plan_json(plan)


def test_what_succeeded_goes_and_is_made_anew_by_the_next(world: Releasing) -> None:
    chart = (job("once", {"werf.io/delete-policy": "succeeded"}), config("a"))
    for _ in range(2):
        world.cluster.requests.clear()
        world.deploy(*chart)
        assert [name for name in written(world) if "Job" in name] == ["Job/once", "-Job/once"]


@pytest.mark.parametrize(("policy", "is_left"), [("failed", False), ("succeeded", True)])
def test_what_failed_goes_if_it_says_so(world: Releasing, policy: str, is_left: bool) -> None:
    with pytest.raises(TrackError):
        world.deploy(job("bad", {"werf.io/delete-policy": policy}))
    assert bool(world.cluster.list(JOB, "prod").items) is is_left


def test_what_is_made_anew_each_time(world: Releasing) -> None:
    chart = job("a", {"werf.io/delete-policy": "before-creation"})
    world.deploy(chart)
    world.cluster.requests.clear()
    plan = world.deploy(chart).plan
    assert written(world) == ["-Job/a", "Job/a"]
    assert next(plan_text(plan)).startswith("± Job/a (werf.io/delete-policy is before-creation)")


def test_only_at_its_events_and_never_deleted_in_between(world: Releasing) -> None:
    once = config("a", {"werf.io/deploy-on": "install"}, "{x: '1'}")
    later = config("b", {"werf.io/deploy-on": "upgrade"})
    world.deploy(once, later)
    assert world.names() == ["a"]
    world.deploy(once.replace("'1'", "'2'"), later)
    assert world.names() == ["a", "b"]
    assert world.data("a") == {"x": "1"}
    world.deploy(later)
    assert world.names() == ["b"]


def test_before_and_after_the_others(world: Releasing) -> None:
    world.deploy(
        config("after", {"werf.io/deploy-on": "post-install"}),
        job("before", {"werf.io/deploy-on": "pre-install"}),
        config("main"),
    )
    assert written(world) == ["Job/before", "ConfigMap/main", "ConfigMap/after"]


def test_when_the_release_is_deleted(world: Releasing) -> None:
    world.deploy(config("a"), job("bye", {"werf.io/deploy-on": "delete"}))
    world.cluster.requests.clear()
    world.dismiss()
    assert written(world) == ["-Job/bye", "Job/bye", "-ConfigMap/a", "-Job/bye"]


def test_a_wrong_value_on_record_does_not_keep_a_release_alive(world: Releasing) -> None:
    world.deploy(config("a", {"werf.io/deploy-on": "install"}))
    world.rewrite(
        lambda one: replace(
            one, manifest=one.manifest.replace("deploy-on: install", "deploy-on: x")
        )
    )
    world.dismiss()
    assert world.names() == []


def test_a_rollback_keeps_to_the_order(world: Releasing) -> None:
    world.deploy(config("a", after("ready", name="seed")), job("seed"))
    world.deploy(config("c"))
    world.cluster.requests.clear()
    world.rollback()
    assert written(world) == ["Job/seed", "ConfigMap/a", "-ConfigMap/c"]


def test_what_is_kept_outlives_its_release(world: Releasing) -> None:
    world.deploy(
        config("kept", {"werf.io/resource-policy": "skip-delete"}),
        config("anyones", {"werf.io/ownership": "anyone"}),
        config("a"),
    )
    world.deploy(config("a"))
    assert world.names() == ["a", "anyones", "kept"]
    world.dismiss()
    assert world.names() == ["anyones", "kept"]


def test_a_plan_masks_secrets_wherever_they_are(world: Releasing) -> None:
    """A chart may put them elsewhere than in a Secret."""
    options = world.chart_options(config("a", data='{url: "db://me:hunter\\"22@db"}'))
    made, log = plan(options, FakeHelm(), world.adapters()).plan, world.adapters().log
    assert "hunter" in plan_json(made)
    log.mask('hunter"22')
    assert not [line for line in plan_text(made, log.masked) if "hunter" in line]
    assert "hunter" not in plan_json(made, log.masked)


@pytest.mark.parametrize("secret", ["it's: hunter", "#hunter\nits: second"])
def test_a_secret_that_yaml_writes_otherwise_is_masked_too(world: Releasing, secret: str) -> None:
    options = world.chart_options(config("a", data=json.dumps({"url": secret})))
    made, log = plan(options, FakeHelm(), world.adapters()).plan, world.adapters().log
    log.mask(secret)
    lines = list(plan_text(made, log.masked))
    assert not [line for line in lines if "hunter" in line]
    assert "    +  url: '***'" in lines


def test_what_must_not_be_touched_is_not(world: Releasing) -> None:
    absent = config("absent", {"werf.io/resource-policy": "skip-create"})
    fixed = config("fixed", {"werf.io/resource-policy": "skip-update"}, "{x: '1'}")
    world.deploy(absent, fixed)
    world.deploy(absent, fixed.replace("'1'", "'2'"))
    assert world.names() == ["fixed"]
    assert world.data("fixed") == {"x": "1"}


def checker(name: str = "smoke") -> str:
    return job(name, {"helm.sh/hook": "test", "helm.sh/hook-weight": "1"})


def checked(world: Releasing, *names: str, skip: str = "") -> FinishedTests:
    excluded = frozenset({skip}) if skip else frozenset[str]()
    return run_tests(ChosenTests(OWNER, frozenset(names), excluded), world.adapters())


def test_tests_run_when_they_are_asked_for_and_are_recorded(world: Releasing) -> None:
    world.deploy(config("a"), checker("b"), checker("c"))
    assert world.cluster.list(JOB, "prod").items == ()
    assert [(one["test"], one["phase"]) for one in checked(world).runs] == [
        ("b", "Succeeded"),
        ("c", "Succeeded"),
    ]
    runs = {hook.name: hook.last_run for hook in world.records.history("rel")[-1].hooks}
    assert runs["b"]["phase"] == "Succeeded"
    assert runs["b"]["started_at"] == "2001-09-09T01:46:40Z"


def test_a_test_that_fails_ends_it_and_is_recorded(world: Releasing) -> None:
    world.deploy(config("a"), checker("bad"), checker("later"))
    result = checked(world)
    assert [(one["test"], one["phase"]) for one in result.runs] == [("bad", "Failed")]
    assert isinstance(result.problem, TrackError)
    assert world.history() == [(1, "deployed")]
    assert checked(world, skip="bad").problem is None
    assert [one["test"] for one in checked(world, "later").runs] == ["later"]


def test_what_cannot_be_tested_is_said(world: Releasing) -> None:
    world.deploy(config("a"))
    with pytest.raises(UntestableError, match="there is no test"):
        checked(world)
    world.deploy(config("a"), checker())
    with pytest.raises(UntestableError, match="nosuch") as caught:
        checked(world, "nosuch")
    assert "smoke" in caught.value.hint


def test_hooks_that_ran_are_recorded(world: Releasing) -> None:
    world.deploy(job("seed", {"helm.sh/hook": "pre-install"}))
    (hook,) = world.records.history("rel")[-1].hooks
    assert hook.last_run["phase"] == "Succeeded"


def test_how_hooks_of_a_revision_that_failed_ran_is_recorded_too(world: Releasing) -> None:
    hook = {"helm.sh/hook": "pre-install"}
    with pytest.raises(TrackError):
        world.deploy(job("a", hook), job("bad", hook), job("c", hook))
    hooks = world.records.history("rel")[-1].hooks
    assert [one.last_run.get("phase") for one in hooks] == ["Succeeded", "Failed", None]


def test_a_failing_hook_lets_earlier_ones_go(world: Releasing) -> None:
    gone = {"helm.sh/hook": "pre-install", "helm.sh/hook-delete-policy": "hook-succeeded"}
    with pytest.raises(TrackError):
        world.deploy(job("a", gone), job("bad", gone))
    with pytest.raises(NotFoundError):
        world.cluster.get(ResourceId(JOB, "prod", "a"))
    assert world.cluster.get(ResourceId(JOB, "prod", "bad"))
