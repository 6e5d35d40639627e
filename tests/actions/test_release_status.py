"""How a release is, in memory."""

from pathlib import Path
from time import monotonic

import pytest

from tests.actions.releasing import CONFIG_MAP, Releasing, text
from werfish.actions.release import NoReleaseError, revision_of
from werfish.actions.release_status import (
    lasting,
    require_present,
    resource_facts,
    resources_of,
    status_of,
)
from werfish.deploy.owner import Owner
from werfish.kube.resource import ResourceId
from werfish.track.errors import ResourceFailedError


def test_what_is_there_and_what_is_missing(tmp_path: Path) -> None:
    world = Releasing(tmp_path / ".helm")
    world.deploy(text("a"), text("b"))
    world.cluster.delete(ResourceId(CONFIG_MAP, "prod", "b"))
    (release,) = world.records.history("rel")
    resources = resources_of(release, world.cluster)
    found = status_of(resources, cluster=world.cluster, clock=monotonic)
    assert [list(resource_facts(one).values()) for one in found] == [
        ["ConfigMap/a", "prod", "ready", "present"],
        ["ConfigMap/b", "prod", "failed", "it is not there"],
    ]
    with pytest.raises(ResourceFailedError, match="ConfigMap/b: it is not there"):
        require_present(found)


@pytest.mark.parametrize(
    ("annotation", "verdict"),
    [
        ("werf.io/delete-policy: 'before-creation,succeeded'", "ready"),
        ("werf.io/delete-policy: failed", "failed"),
        ("werf.io/resource-policy: skip-create", "ready"),
        ("werf.io/deploy-on: upgrade", "ready"),
    ],
)
def test_what_may_be_absent(tmp_path: Path, annotation: str, verdict: str) -> None:
    world = Releasing(tmp_path / ".helm")
    world.deploy(text("a", extra=f"  annotations: {{{annotation}}}\n"))
    if "a" in world.names():
        world.cluster.delete(ResourceId(CONFIG_MAP, "prod", "a"))
    (release,) = world.records.history("rel")
    resources = resources_of(release, world.cluster)
    (found,) = status_of(resources, cluster=world.cluster, clock=monotonic)
    assert str(found.readiness.verdict) == verdict
    assert len(lasting(resources)) == (verdict == "failed")


def test_a_release_that_is_nowhere_here_may_be_in_another_namespace() -> None:
    """Its name alone says nothing of that."""
    with pytest.raises(NoReleaseError, match='"shop-prod" in namespace "shop"') as caught:
        revision_of(Owner("shop-prod", "shop"), (), 0)
    assert "--namespace" in caught.value.hint
    assert "release list" in caught.value.hint
