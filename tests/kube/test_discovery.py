"""Kinds are found in either form of discovery, and young ones at the second look."""

from typing import Any

import pytest

from werfish.kube.cluster import ApiResource
from werfish.kube.discovery import Discovery, path_of
from werfish.kube.errors import UnknownKindError
from werfish.kube.resource import Gvk

DEPLOYMENT = Gvk("apps", "v1", "Deployment")
POD = Gvk("", "v1", "Pod")


def aggregated(group: str, kind: str, plural: str, scope: str = "Namespaced") -> dict[str, Any]:
    resource = {
        "resource": plural,
        "scope": scope,
        "verbs": ["get"],
        "responseKind": {"kind": kind},
    }
    return {
        "kind": "APIGroupDiscoveryList",
        "items": [
            {
                "metadata": {"name": group},
                "versions": [{"version": "v1", "resources": [resource]}],
            }
        ],
    }


def test_aggregated_discovery_takes_two_requests() -> None:
    answers = {
        "/api": aggregated("", "Pod", "pods"),
        "/apis": aggregated("apps", "Deployment", "deployments"),
    }
    asked: list[str] = []

    def fetch(path: str, accept: str) -> Any:
        asked.append(path)
        return answers[path]

    discovery = Discovery(fetch)
    assert discovery.api_resource(DEPLOYMENT).plural == "deployments"
    assert discovery.api_resource(POD).namespaced
    assert asked == ["/api", "/apis"]


def test_older_servers_are_asked_group_by_group() -> None:
    answers: dict[str, Any] = {
        "/api": {"versions": ["v1"]},
        "/apis": {"groups": [{"versions": [{"groupVersion": "apps/v1"}]}]},
        "/api/v1": {
            "groupVersion": "v1",
            "resources": [
                {"name": "pods", "kind": "Pod", "namespaced": True},
                {"name": "pods/log", "kind": "Pod", "namespaced": True},
            ],
        },
        "/apis/apps/v1": {
            "groupVersion": "apps/v1",
            "resources": [{"name": "deployments", "kind": "Deployment", "namespaced": True}],
        },
    }
    discovery = Discovery(lambda path, accept: answers[path])
    assert [one.plural for one in discovery.api_resources()] == ["pods", "deployments"]


def test_an_unknown_kind_is_looked_up_anew() -> None:
    groups = [aggregated("", "Pod", "pods"), aggregated("apps", "Deployment", "deployments")]
    looks: list[str] = []

    def fetch(path: str, accept: str) -> Any:
        looks.append(path)
        return groups[0] if path == "/api" or len(looks) <= 2 else groups[1]

    discovery = Discovery(fetch)
    discovery.api_resource(POD)
    assert discovery.api_resource(DEPLOYMENT).plural == "deployments"
    with pytest.raises(UnknownKindError, match="Wonder"):
        discovery.api_resource(Gvk("example.com", "v1", "Wonder"))


@pytest.mark.parametrize(
    ("resource", "namespace", "name", "path"),
    [
        (ApiResource(POD, "pods", True), "a", "b", "/api/v1/namespaces/a/pods/b"),
        (ApiResource(POD, "pods", True), "", "", "/api/v1/pods"),
        (ApiResource(Gvk("", "v1", "Node"), "nodes", False), "a", "b", "/api/v1/nodes/b"),
        (
            ApiResource(DEPLOYMENT, "deployments", True),
            "a",
            "",
            "/apis/apps/v1/namespaces/a/deployments",
        ),
    ],
)
def test_paths(resource: ApiResource, namespace: str, name: str, path: str) -> None:
    assert path_of(resource, namespace, name) == path
