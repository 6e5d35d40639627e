"""What resources say of how they are deployed, and what that makes of their changes."""

from typing import Any

import pytest

from tests.deploy.objects import OTHER, OWNER, annotated, config_map, manifest, placed, resource
from werfish.deploy.changes import Action, Change, changes_of
from werfish.deploy.govern import governed
from werfish.deploy.kept_fields import first, later
from werfish.deploy.policies import (
    DeletePolicy,
    Ownership,
    Phase,
    Policies,
    Propagation,
    ResourcePolicy,
    policies_of,
    propagation_of,
    stays,
)
from werfish.deploy.recorded import Recorded
from werfish.kube.annotations import AnnotationError
from werfish.kube.resource import Manifest, Resource
from werfish.kube.schema import UNKNOWN


def said(**annotations: str) -> Resource:
    """Return a resource with ``werf.io`` annotations, whose names have lines for underlines."""
    stated = {f"werf.io/{key.replace('_', '-')}": value for key, value in annotations.items()}
    return annotated(Resource(CONFIG.id, CONFIG.manifest, "shop/templates/a.yaml"), stated)


CONFIG = config_map("a", x="1")


def test_all_that_can_be_said() -> None:
    assert policies_of(
        said(
            ownership="anyone",
            resource_policy="skip-update, keep",
            delete_policy="before-creation-if-immutable,succeeded",
            delete_propagation="Orphan",
            deploy_on="pre-install,upgrade",
            replicas_on_creation="3",
            set_replicas_only_on_creation="true",
            set_resources_only_on_creation="false",
        )
    ) == Policies(
        Ownership.ANYONE,
        frozenset({ResourcePolicy.SKIP_UPDATE, ResourcePolicy.KEEP}),
        frozenset({DeletePolicy.IF_IMMUTABLE, DeletePolicy.SUCCEEDED}),
        Propagation.ORPHAN,
        ("pre-install", "upgrade"),
        3,
        keeps_replicas=True,
    )
    assert policies_of(CONFIG) == Policies()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ownership", "me"),
        ("resource_policy", "skip-all"),
        ("resource_policy", "keep,"),
        ("delete_policy", "hook-succeeded"),
        ("delete_propagation", "foreground"),
        ("deploy_on", "install,test"),
        ("replicas_on_creation", "-1"),
        ("set_replicas_only_on_creation", "yes"),
    ],
)
def test_a_wrong_value_names_the_template_and_what_is_allowed(name: str, value: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        policies_of(said(**{name: value}))
    assert 'ConfigMap/a in "shop/templates/a.yaml"' in str(caught.value)
    assert f'werf.io/{name.replace("_", "-")}: "{value}"' in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("stated", "event", "phase"),
    [
        ("", "install", Phase.MAIN),
        ("", "delete", None),
        ("install", "upgrade", None),
        ("pre-install,upgrade", "install", Phase.BEFORE),
        ("pre-install,upgrade", "upgrade", Phase.MAIN),
        ("post-rollback", "rollback", Phase.AFTER),
        ("post-install,pre-install", "install", Phase.BEFORE),
    ],
)
def test_when_it_is_deployed(stated: str, event: str, phase: Phase | None) -> None:
    resource = said(deploy_on=stated) if stated else CONFIG
    assert policies_of(resource).phase(event) is phase


@pytest.mark.parametrize(
    ("annotations", "is_kept"),
    [
        ({"helm.sh/resource-policy": "keep"}, True),
        ({"werf.io/resource-policy": "skip-update,skip-delete"}, True),
        ({"werf.io/resource-policy": "skip-update"}, False),
        ({"werf.io/resource-policy": "nonsense"}, False),
        ({"werf.io/ownership": "anyone"}, True),
        ({}, False),
    ],
)
def test_what_outlives_its_release(annotations: dict[str, str], is_kept: bool) -> None:
    assert bool(stays(annotated(CONFIG, annotations).manifest)) is is_kept


@pytest.mark.parametrize(
    ("group", "stated", "propagation"),
    [
        ("apps", None, "Foreground"),
        ("", None, "Background"),
        ("apps", "Orphan", "Orphan"),
        ("", "nonsense", "Background"),
    ],
)
def test_how_it_is_deleted(group: str, stated: str | None, propagation: str) -> None:
    resource = said(delete_propagation=stated) if stated else CONFIG
    assert propagation_of(resource.manifest, group) == propagation


def decided(policies: Policies, action: Action, event: str = "upgrade") -> Change:
    live = None if action is Action.CREATE else placed(CONFIG)
    change = Change(
        action,
        CONFIG.id,
        before=live,
        wanted=CONFIG.manifest,
        fields=("data",),
        policies=policies,
    )
    (found,) = governed([change], event)
    return found


@pytest.mark.parametrize(
    ("policies", "before", "after"),
    [
        (Policies(resource=frozenset({ResourcePolicy.SKIP_CREATE})), Action.CREATE, Action.NONE),
        (Policies(resource=frozenset({ResourcePolicy.SKIP_CREATE})), Action.UPDATE, Action.UPDATE),
        (Policies(resource=frozenset({ResourcePolicy.SKIP_UPDATE})), Action.UPDATE, Action.NONE),
        (Policies(resource=frozenset({ResourcePolicy.SKIP_UPDATE})), Action.CREATE, Action.CREATE),
        (Policies(delete=frozenset({DeletePolicy.BEFORE})), Action.CREATE, Action.CREATE),
        (Policies(delete=frozenset({DeletePolicy.BEFORE})), Action.UPDATE, Action.RECREATE),
        (Policies(delete=frozenset({DeletePolicy.BEFORE})), Action.NONE, Action.RECREATE),
        (Policies(delete=frozenset({DeletePolicy.IF_IMMUTABLE})), Action.UPDATE, Action.UPDATE),
        (
            Policies(
                delete=frozenset({DeletePolicy.BEFORE}),
                resource=frozenset({ResourcePolicy.SKIP_RECREATE}),
            ),
            Action.UPDATE,
            Action.NONE,
        ),
        (Policies(deploy_on=("install",)), Action.UPDATE, Action.NONE),
        (Policies(deploy_on=("upgrade",)), Action.UPDATE, Action.UPDATE),
        (Policies(), Action.UPDATE, Action.UPDATE),
    ],
)
def test_what_policies_make_of_a_change(policies: Policies, before: Action, after: Action) -> None:
    found = decided(policies, before)
    assert found.action is after
    if after is Action.NONE:
        assert "werf.io/" in found.reason
        assert found.fields == ()


def test_what_is_left_out_and_not_there_stays_absent() -> None:
    assert decided(Policies(deploy_on=("install",)), Action.CREATE).reason.startswith(
        "stays absent"
    )


def changed(wanted: Resource, live: Manifest | None) -> Change:
    found = {} if live is None else {wanted.id: live}
    (change,) = changes_of([wanted], found, Recorded(), OWNER, lambda gvk: UNKNOWN)
    return change


def test_what_is_anyones_has_no_marks_and_is_nobodys_to_refuse() -> None:
    anyones = said(ownership="anyone")
    created = changed(anyones, None).after
    assert created is not None
    assert "labels" not in created["metadata"]
    assert changed(anyones, placed(config_map("a", x="2"), OTHER)).action is Action.UPDATE


def deployment(replicas: int | None = None, cpu: str = "1") -> dict[str, Any]:
    containers = [
        {"name": "web", "image": "a", "resources": {"requests": {"cpu": cpu}}},
        {"name": "new", "resources": {"requests": {"cpu": cpu}}},
    ]
    spec: dict[str, Any] = {"template": {"spec": {"containers": containers}}}
    if replicas is not None:
        spec["replicas"] = replicas
    return manifest("Deployment", "web", "apps/v1", spec=spec)


def test_replicas_are_stated_to_begin_with_and_then_left() -> None:
    policies = Policies(replicas=3)
    assert first(deployment(), policies)["spec"]["replicas"] == 3
    assert later(deployment(), deployment(7), policies)["spec"]["replicas"] == 7
    kept = Policies(keeps_replicas=True)
    assert first(deployment(2), kept)["spec"]["replicas"] == 2
    assert later(deployment(2), deployment(7), kept)["spec"]["replicas"] == 7
    assert later(deployment(2), deployment(7), Policies())["spec"]["replicas"] == 2


def test_the_chart_may_drop_replicas_that_are_left_and_nothing_is_changed() -> None:
    annotations = {"werf.io/set-replicas-only-on-creation": "true"}
    before = annotated(resource(deployment(2)), annotations)
    now = annotated(resource(deployment()), annotations)
    live = placed(annotated(resource(deployment(7)), annotations))
    (change,) = changes_of([now], {now.id: live}, Recorded((before,)), OWNER, lambda gvk: UNKNOWN)
    assert change.action is Action.NONE


def test_resources_of_containers_that_are_there_are_left() -> None:
    live = deployment(cpu="9")
    live["spec"]["template"]["spec"]["containers"].pop()
    found = later(deployment(), live, Policies(keeps_resources=True))
    containers = found["spec"]["template"]["spec"]["containers"]
    assert [one["resources"]["requests"]["cpu"] for one in containers] == ["9", "1"]
    assert containers[0]["image"] == "a"
