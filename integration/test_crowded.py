"""A namespace that is full of what others have: nothing of it is touched, and it costs nothing."""

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from integration.bench.api_proxy import counted_api
from integration.bench.api_server import ApiServer
from integration.bench.crowd import OBJECTS, OWNED, RELEASES, objects_of_others
from integration.bench.proxy import CountingProxy
from integration.kit.api import Endpoints
from integration.releasing import RealRelease
from integration.test_modes import config
from werfish.deploy.contents import NamespaceInUseError
from werfish.kube.client import PAGE, connect
from werfish.kube.kubeconfig import KubeOptions
from werfish.releases.records import RecordStorage

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]

MAPS = 30
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {{name: {}}}\nstringData: {{a: '{}'}}\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
NEIGHBOURS = [
    {"release-name": "rel", "release-namespace": "elsewhere"},
    {"release-name": "rel-2"},
    {"release-name": ""},
]
"""What objects say that could be taken for the release's own."""

CONFIG_MAPS = "/api/v1/namespaces/NAMESPACE/configmaps"
PAGES = 1 + (RELEASES * OWNED + len(NEIGHBOURS)) // PAGE
"""So many more requests it takes to read of all objects that are Helm's."""


@dataclass
class Crowd:
    """The releases, alike, of a *full* namespace and of an *empty* one."""

    full: RealRelease
    empty: RealRelease
    proxy: CountingProxy

    def alike(self, act: Callable[[RealRelease], Any], *, absent: int = 0, lists: int = 1) -> None:
        """Have *act* done in both, by the same requests but for longer *lists*.

        Of *absent* objects, new or deleted ones, each may be asked for where the names of all
        would be more to read.
        """
        asked = []
        for release in (self.empty, self.full):
            self.proxy.begin()
            act(release)
            asked.append(requests(self.proxy, release.namespace))
        less, more = asked
        assert less - more == Counter()
        extra = more - less
        assert {method for method, _ in extra} <= {"GET"}
        pages = extra.pop(("GET", CONFIG_MAPS), 0)
        assert pages <= lists * PAGES
        assert extra.total() <= absent


def requests(proxy: CountingProxy, namespace: str) -> Counter[tuple[str, str]]:
    """Count the requests by method and path; how often a lock is renewed is a matter of time."""
    paths = [
        (one.method, one.path.partition("?")[0].replace(namespace, "NAMESPACE"))
        for one in proxy.passed
    ]
    return Counter(one for one in paths if "/leases" not in one[1])


def templates(stamp: str) -> dict[str, str]:
    """Return objects that nobody follows: how often a status is read is a matter of time."""
    maps = {f"map{one}": config(f"map{one}", f"{{a: '{stamp}'}}") for one in range(MAPS)}
    secrets = {name: SECRET.format(name, stamp) for name in ("one", "two", "three", "four")}
    return {**maps, **secrets, "service": SERVICE}


def foreign(release: RealRelease) -> dict[str, str]:
    """Return the version of every object that is not of the release, by kind and name."""
    found = {}
    for item in release.json("get", "configmap,secret,service")["items"]:
        metadata = item["metadata"]
        notes = metadata.get("annotations", {})
        is_own = (
            notes.get("meta.helm.sh/release-name") == "rel"
            and notes.get("meta.helm.sh/release-namespace") == release.namespace
        ) or metadata.get("labels", {}).get("name") == "rel"
        if not is_own:
            found[f"{item['kind']}/{metadata['name']}"] = metadata["resourceVersion"]
    return found


@pytest.fixture
def crowd(kit: Endpoints, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    releases = [
        RealRelease(name, tmp_path / name / ".helm", "registry.example.com/none:1")
        for name in (namespace, f"{namespace}-empty")
    ]
    full, empty = releases
    for release in releases:
        release.kubectl("create", "namespace", release.namespace)
    neighbours = [neighbour(number, notes) for number, notes in enumerate(NEIGHBOURS)]
    ApiServer.usual().post(namespace, [*objects_of_others(), *neighbours])
    write_records(kit, full)
    with counted_api(tmp_path) as (proxy, path):
        monkeypatch.setenv("KUBECONFIG", str(path))
        yield Crowd(full, empty, proxy)
    monkeypatch.undo()
    empty.kubectl("delete", "namespace", empty.namespace, "--wait=false")


def neighbour(number: int, notes: dict[str, str]) -> dict[str, Any]:
    """Return an object of somebody else that looks like one of the release."""
    annotations = {f"meta.helm.sh/{key}": value for key, value in notes.items()}
    labels = {"app.kubernetes.io/managed-by": "Helm"}
    metadata = {"name": f"map{number}.near", "labels": labels, "annotations": annotations}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "0"}}


def write_records(kit: Endpoints, release: RealRelease) -> None:
    """Record other releases, whose content is that of a small one."""
    release.write(conf=config("own"))
    release.deploy()
    cluster = connect(KubeOptions(config=kit.kubeconfig or ""))
    storage = RecordStorage(cluster, release.namespace, now=time.time)
    (record,) = storage.history("rel")
    release.dismiss()
    for number in range(RELEASES - 1):
        storage.create(replace(record, name=f"other-{number}"))
    storage.create(replace(record, name="rel-2"))
    cluster.close()


def test_others_are_left_alone_and_cost_nothing(crowd: Crowd) -> None:
    before = foreign(crowd.full)
    assert len(before) == OBJECTS + RELEASES + len(NEIGHBOURS) + 1  # the authority's certificate

    def deploy(stamp: str, *, absent: int = 0) -> None:
        for release in (crowd.full, crowd.empty):
            release.write(**templates(stamp))
        crowd.alike(lambda release: release.deploy(), absent=absent)
        assert foreign(crowd.full) == before

    deploy("1", absent=MAPS)
    deploy("1")
    deploy("2")
    crowd.full.kubectl("patch", "configmap", "map0", "-p", '{"data": {"a": "drift"}}')
    crowd.empty.kubectl("patch", "configmap", "map0", "-p", '{"data": {"a": "drift"}}')
    deploy("2")
    crowd.alike(lambda release: release.rollback(1))
    assert foreign(crowd.full) == before
    statuses = ["superseded"] * 4 + ["deployed"]
    assert crowd.full.history() == list(enumerate(statuses, 1))
    listed = json.loads(crowd.full.run_helm("list", "--max", "0", "-o", "json"))
    assert len(listed) == RELEASES + 1
    with pytest.raises(NamespaceInUseError):
        crowd.full.dismiss(with_namespace=True)
    crowd.alike(RealRelease.dismiss, absent=MAPS, lists=2)
    assert foreign(crowd.full) == before
    assert crowd.empty.names("configmap,secret,service") == []
    assert len(crowd.full.names("configmap,secret,service")) == len(before) - 1
