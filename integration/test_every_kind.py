"""A release with objects of many kinds, from its first deploy to its end; nothing of it has pods.

What a kind is like, and whether it is served, differs from one minor of Kubernetes to the next.
"""

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.campaign import rounds
from integration.kit.api import Endpoints
from integration.releasing import RealRelease
from integration.test_merge_results import KINDS, Drawing, made, plain
from werfish.deploy.changes import Action
from werfish.deploy.modes import USUAL, ApplyMethod, Modes
from werfish.kube.errors import UnknownKindError

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]

MODES = [USUAL, Modes(method=ApplyMethod.SERVER_SIDE)]
NOT_WAITED_FOR = {"werf.io/track-termination-mode": "NonBlocking"}
"""An autoscaler without a target is never ready."""

THING = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: PREFIXthings.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: PREFIXThing, plural: PREFIXthings, singular: PREFIXthing, listKind: PREFIXThingList}
  versions:
  - {name: v1alpha1, served: true, storage: false, schema: &open {openAPIV3Schema: ANYTHING}}
  - {name: v1, served: true, storage: true, schema: *open}
""".replace("ANYTHING", "{type: object, x-kubernetes-preserve-unknown-fields: true}")
ONE = """
apiVersion: example.com/VERSION
kind: PREFIXThing
metadata: {name: one}
spec: {a: VALUE}
"""
CLAIM = """
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: one}
spec: {spec: {devices: {requests: [{name: a, exactly: {deviceClassName: b}}]}}}
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: '1'}\n"


@pytest.fixture
def prefix(release: RealRelease) -> Iterator[str]:
    """Begin the names of a kind of the test's own."""
    own = release.namespace.replace("-", "")
    yield own
    release.kubectl("delete", "crd", f"{own}things.example.com", "--ignore-not-found")


@pytest.fixture
def release(kit: Endpoints, namespace: str, tmp_path: Path) -> RealRelease:
    return RealRelease(namespace, tmp_path / ".helm", "registry.example.com/none:1")


def drawn(chance: random.Random, namespace: str) -> dict[str, Any]:
    """Draw an object of each kind, as templates."""
    objects = {
        kind.lower(): made(Drawing(chance), version, kind, namespace, "one")
        for version, kind in KINDS
    }
    objects["horizontalpodautoscaler"]["metadata"]["annotations"] |= NOT_WAITED_FOR
    return {kind: json.dumps(content) for kind, content in objects.items()}


def live(release: RealRelease) -> dict[str, Any]:
    """Return what the API server has of the release, by kind."""
    kinds = ",".join(f"{kind}.{version.rpartition('/')[0]}".rstrip(".") for version, kind in KINDS)
    listed = release.json("get", kinds, "--selector", "app.kubernetes.io/managed-by=Helm")
    return {item["kind"].lower(): item for item in listed["items"]}


def said(objects: dict[str, Any]) -> dict[str, Any]:
    """Return what objects say besides what the server and the controllers note about them."""
    return {kind: {**plain(item), "uid": item["metadata"]["uid"]} for kind, item in objects.items()}


@pytest.mark.parametrize("modes", MODES, ids=["client-side", "server-side"])
def test_from_the_first_deploy_to_the_end(release: RealRelease, modes: Modes) -> None:
    release.modes = modes
    for chance in rounds(f"every-kind-{modes.method}", 1):
        first, second = (drawn(chance, release.namespace) for _ in range(2))
        release.write(**first)
        assert release.deploy().plan.count(Action.CREATE) == len(KINDS)
        installed = live(release)
        assert set(installed) == set(first)
        assert release.deploy().plan.steps() == (), "what did not change is left alone"
        assert said(live(release)) == said(installed)
        release.write(**second)
        assert release.deploy().plan.count(Action.UPDATE)
        assert release.deploy().plan.steps() == ()
        changed = live(release)
        release.rollback(1)
        assert said(live(release)) == said(installed)
        release.run_helm("rollback", "rel", "3")
        helms, ours = said(live(release)), said(changed)
        # Of stringData that was dropped, helm leaves the data.
        assert {**helms, "secret": None} == {**ours, "secret": None}
        assert release.run_helm("get", "manifest", "rel").count("# Source:") == len(KINDS)
        release.deploy()
        assert release.deploy().plan.steps() == (), "what helm left is gone on with"
        assert release.history()[-1] == (8, "deployed")
        release.dismiss()
        assert live(release) == {}
        assert release.names("secret") == []


@pytest.mark.parametrize("modes", MODES, ids=["client-side", "server-side"])
def test_drift_is_repaired_and_what_others_added_stays(release: RealRelease, modes: Modes) -> None:
    release.modes = modes
    for chance in rounds(f"every-kind-drift-{modes.method}", 1):
        templates = drawn(chance, release.namespace)
        release.write(**templates)
        release.deploy()
        before = live(release)
        for kind, text in templates.items():
            metadata = json.loads(text)["metadata"]
            for name in ("labels", "annotations"):
                lost = dict.fromkeys(metadata[name])
                patch = {"metadata": {name: {**lost, "foreign": "9"}}}
                release.kubectl("patch", kind, "one", "--type", "merge", "-p", json.dumps(patch))
        release.deploy()
        after = said(live(release))
        for item in after.values():
            for name in ("labels", "annotations"):
                assert item["metadata"][name].pop("foreign") == "9"
        assert after == said(before)
        release.dismiss()


def test_a_kind_comes_and_goes_with_its_objects(release: RealRelease, prefix: str) -> None:
    crd, one = THING.replace("PREFIX", prefix), ONE.replace("PREFIX", prefix)
    one = one.replace("VERSION", "v1")
    release.write(crd=crd, one=one.replace("VALUE", "[1, 2]"))
    release.deploy()
    assert release.deploy().plan.steps() == ()
    release.write(crd=crd, one=one.replace("VALUE", "[2]"))
    release.deploy()
    plural = f"{prefix}things.example.com"
    assert release.json("get", plural, "one")["spec"] == {"a": [2]}
    release.rollback(1)
    assert release.json("get", plural, "one")["spec"] == {"a": [1, 2]}
    release.dismiss()
    assert plural not in release.kubectl("get", "crd", "-o", "name")


def test_a_version_that_an_upgrade_took_away_stops_nothing(
    release: RealRelease, prefix: str
) -> None:
    """The record still names it: helm cannot go on from there."""
    one = ONE.replace("PREFIX", prefix).replace("VALUE", "[1]")
    release.write(crd=THING.replace("PREFIX", prefix))
    release.deploy()
    plural = f"{prefix}things.example.com"
    release.write(crd=THING.replace("PREFIX", prefix), one=one.replace("VERSION", "v1alpha1"))
    release.deploy()
    gone = THING.replace("PREFIX", prefix).replace(
        "v1alpha1, served: true", "v1alpha1, served: false"
    )
    release.write(crd=gone, one=one.replace("VERSION", "v1"))
    subprocess.run(["kubectl", "apply", "-f", "-"], input=gone, text=True, check=True)
    uid = release.json("get", plural, "one")["metadata"]["uid"]
    release.deploy()
    assert release.json("get", plural, "one")["metadata"]["uid"] == uid
    assert release.history()[-1] == (3, "deployed")
    release.dismiss()


def test_a_kind_of_newer_minors_is_deployed_or_named(release: RealRelease) -> None:
    release.write(claim=CLAIM, conf=CONFIG)
    if "resourceclaimtemplates.resource.k8s.io" in release.kubectl("api-resources", "-o", "name"):
        release.deploy()
        assert release.deploy().plan.steps() == ()
        release.dismiss()
        return
    with pytest.raises(UnknownKindError, match="ResourceClaimTemplate"):
        release.deploy()
    assert release.namespace not in release.kubectl("get", "namespaces", "-o", "name")
