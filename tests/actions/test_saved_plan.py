"""A saved plan does what it says, or nothing."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tests.actions.releasing import CONFIG_MAP, Releasing, text
from werfish.actions.deploy import Deployed
from werfish.actions.saved_plan import PlanDrift, SavedOptions, StalePlanError, deploy_saved
from werfish.deploy.drift import PlanDriftError
from werfish.deploy.modes import MergeMode, Modes
from werfish.deploy.plan_file import PlanFileError, read_plan, write_plan
from werfish.deploy.saved_plan import SavedPlan, data_of, saved_of
from werfish.errors import ConfigError
from werfish.kube.resource import Manifest, ResourceId
from werfish.secrets.errors import KeyNotFoundError
from werfish.secrets.key import SecretKey

HOOK = "  annotations: {helm.sh/hook: pre-upgrade}\n"
KEY, OTHER_KEY = SecretKey(b"k" * 16), SecretKey(b"o" * 16)


@pytest.fixture
def world(tmp_path: Path) -> Releasing:
    world = Releasing(tmp_path / ".helm")
    world.deploy(text("a", "{x: '1'}"), text("gone"), text("same"))
    return world


def saved(world: Releasing) -> SavedPlan:
    return world.saved(text("a", "{x: '2'}"), text("same"), text("new"), text("h", extra=HOOK))


def carry_out(world: Releasing, plan: SavedPlan, drift: PlanDrift = PlanDrift.REFUSE) -> Deployed:
    return deploy_saved(SavedOptions(plan, drift), world.adapters())


def test_it_is_carried_out_as_it_was_made(world: Releasing) -> None:
    plan = saved(world)
    world.write("fail")  # the chart is not looked at again
    deployed = carry_out(world, plan)
    assert world.names() == ["a", "h", "new", "same"]
    assert world.data("a") == {"x": "2"}
    assert world.history() == [(1, "superseded"), (2, "deployed")]
    assert deployed.release.chart["metadata"]["name"] == "shop"
    assert deployed.release.config["global"]["env"] == "test"
    assert [hook.name for hook in deployed.release.hooks] == ["h"]


def test_its_modes_are_those_it_was_made_with(world: Releasing) -> None:
    world.edit("same", y="drift")
    world.edit("a", x="drift")
    plan = world.saved(text("a", "{x: '1'}"), text("same"), modes=Modes(MergeMode.DISABLED))
    carry_out(world, plan)
    assert world.data("a") == {"x": "drift"}


def test_what_changed_since_is_named_and_nothing_is_written(world: Releasing) -> None:
    plan = saved(world)
    world.edit("a", x="9")
    world.edit("same", x="9")
    world.cluster.delete(ResourceId(CONFIG_MAP, "prod", "gone"))
    metadata = {"name": "new", "namespace": "prod"}
    world.cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    world.cluster.patch(
        ResourceId(CONFIG_MAP, "prod", "new"),
        {"metadata": {"annotations": {"werf.io/allow-adoption-by-release": "rel"}}},
    )
    with pytest.raises(PlanDriftError) as caught:
        carry_out(world, plan)
    told = {(drift.id.name, drift.what) for drift in caught.value.drifts}
    assert told == {
        ("a", "changed"),
        ("same", "changed"),
        ("gone", "is gone"),
        ("new", "was created"),
    }
    assert world.history() == [(1, "deployed")]
    assert world.data("a") == {"x": "9"}


def test_it_can_be_planned_again_instead(world: Releasing) -> None:
    plan = saved(world)
    world.edit("a", x="9", z="9")
    carry_out(world, plan, PlanDrift.REPLAN)
    assert world.data("a") == {"x": "2", "z": "9"}
    assert "planned again: ConfigMap/a changed since" in world.output.getvalue()


def test_a_controller_that_only_reports_does_not_make_it_stale(world: Releasing) -> None:
    plan = saved(world)
    id = ResourceId(CONFIG_MAP, "prod", "a")
    world.cluster.patch(id, {"status": {"seen": 1}}, subresource="status")
    carry_out(world, plan)
    assert world.data("a") == {"x": "2"}


def test_what_changes_while_others_are_written_is_refused_too(world: Releasing) -> None:
    plan, patch = saved(world), world.cluster.patch

    def patched(id: ResourceId, body: object, **options: object) -> Manifest:
        world.cluster.patch = patch  # type: ignore[method-assign]
        patch(id, {"data": {"y": "meanwhile"}})
        return patch(id, body)

    world.cluster.patch = patched  # type: ignore[method-assign]
    with pytest.raises(PlanDriftError, match="ConfigMap/a changed"):
        carry_out(world, plan)
    assert world.history() == [(1, "deployed"), (2, "failed")]


def test_what_is_to_be_deleted_and_changes_meanwhile_stays(world: Releasing) -> None:
    plan, patch = saved(world), world.cluster.patch

    def patched(id: ResourceId, body: object, **options: object) -> Manifest:
        world.cluster.patch = patch  # type: ignore[method-assign]
        world.edit("gone", y="meanwhile")
        return patch(id, body)

    world.cluster.patch = patched  # type: ignore[method-assign]
    with pytest.raises(PlanDriftError, match="ConfigMap/gone changed"):
        carry_out(world, plan)
    assert "gone" in world.names()


@pytest.mark.parametrize("drift", PlanDrift)
def test_a_release_that_went_on_is_refused_or_planned_again(
    world: Releasing, drift: PlanDrift
) -> None:
    plan = saved(world)
    world.deploy(text("a", "{x: '1'}"), text("gone"), text("same"))
    if drift is PlanDrift.REFUSE:
        with pytest.raises(StalePlanError, match="other records"):
            carry_out(world, plan, drift)
    else:
        carry_out(world, plan, drift)
        assert world.names() == ["a", "h", "new", "same"]


def test_the_namespace_that_the_deploy_itself_makes_is_no_drift(tmp_path: Path) -> None:
    world = Releasing(tmp_path / ".helm")
    home = "apiVersion: v1\nkind: Namespace\nmetadata: {name: prod, labels: {team: a}}\n"
    carry_out(world, world.saved(home, text("a")))
    assert world.names() == ["a"]


def test_an_old_plan_is_refused(world: Releasing) -> None:
    old = replace(saved(world), made=1e9 - 7201)
    with pytest.raises(StalePlanError, match="120 minutes ago"):
        carry_out(world, old)
    deploy_saved(SavedOptions(old, lifetime=0), world.adapters())
    assert world.data("a") == {"x": "2"}


def no_key() -> SecretKey:
    raise KeyNotFoundError(("nowhere",))


@pytest.mark.parametrize("key", [None, KEY])
def test_a_file_is_private_and_gives_the_plan_back(
    world: Releasing, tmp_path: Path, key: SecretKey | None
) -> None:
    plan, path = saved(world), tmp_path / "plan.json"
    write_plan(path, plan, key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["release"] == "rel"
    assert read_plan(path, lambda: KEY) == plan
    assert (b"werf" in path.read_bytes()) is False


def test_an_encrypted_plan_needs_its_key_and_no_other(world: Releasing, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_plan(path, saved(world), KEY)
    with pytest.raises(KeyNotFoundError):
        read_plan(path, no_key)
    with pytest.raises(PlanFileError, match="another key"):
        read_plan(path, lambda: OTHER_KEY)
    content = json.loads(path.read_text())
    content["data"] = content["data"][:-32]
    path.write_text(json.dumps(content))
    with pytest.raises(PlanFileError, match="changed since"):
        read_plan(path, lambda: KEY)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"nonsense", "holds none", id="no-json"),
        pytest.param(b"[]", "holds none", id="a-list"),
        pytest.param(b'{"format": 9}', "format 9", id="another-format"),
        pytest.param(
            b'{"format": 2, "encrypted": false, "data": "bm8="}', "holds none", id="no-gzip"
        ),
    ],
)
def test_what_is_no_plan_is_told(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(PlanFileError, match=problem):
        read_plan(path, no_key)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_plan(tmp_path / "plan.json", no_key)


def test_its_secrets_are_masked_where_it_is_carried_out(world: Releasing) -> None:
    """Pods may print them, and nothing is decrypted there that would tell them."""
    by = world.adapters()
    plan = saved_of(data_of(replace(saved(world), secrets=("hunter22",))))
    assert "hunter22" not in repr(plan)
    deploy_saved(SavedOptions(plan), by)
    assert by.log.masked("the password is hunter22") == "the password is ***"
