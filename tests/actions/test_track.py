"""Following what another tool applied, and the state of a release, in memory."""

import io
from time import monotonic

import pytest

from tests.fakes.cluster import FakeCluster
from werfish.actions.track import NoResourceError, track
from werfish.kube.cluster import ApiResource
from werfish.kube.kind_names import UnknownKindNameError, kind_of
from werfish.kube.resource import Gvk
from werfish.log import Log

VERBS = frozenset({"get", "watch"})
SERVED = (
    ApiResource(Gvk("apps", "v1", "Deployment"), "deployments", True, VERBS, ("deploy",)),
    ApiResource(Gvk("", "v1", "Event"), "events", True, VERBS, ("ev",)),
    ApiResource(Gvk("events.k8s.io", "v1", "Event"), "events", True, VERBS, ("ev",)),
)


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("Deployment", "apps"),
        ("deployments", "apps"),
        ("deploy", "apps"),
        ("deployments.apps", "apps"),
        ("deployment.v1.apps", "apps"),
        ("ev", ""),
        ("events.events.k8s.io", "events.k8s.io"),
    ],
)
def test_words_for_kinds(word: str, group: str) -> None:
    assert kind_of(word, SERVED).gvk.group == group


def test_a_misspelt_kind() -> None:
    with pytest.raises(UnknownKindNameError) as caught:
        kind_of("deploymnt", SERVED)
    assert "deployment" in str(caught.value.hint)


def followed(cluster: FakeCluster, kind: str, name: str) -> str:
    log = Log(io.StringIO(), clock=monotonic)
    (found,) = track([(kind, name)], "prod", cluster=cluster, log=log, clock=monotonic, timeout=9)
    return str(found.readiness.verdict)


def test_what_another_tool_applied() -> None:
    cluster = FakeCluster()
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    meta = {"name": "web", "namespace": "prod"}
    cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta})
    assert followed(cluster, "configmaps", "web") == "ready"
    with pytest.raises(NoResourceError) as caught:
        followed(cluster, "configmap", "wbe")
    assert caught.value.hint == "did you mean web?"
