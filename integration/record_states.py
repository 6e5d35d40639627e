"""Record what real rollouts look like: ``python -m integration.record_states [NAME...]``, by hand.

It runs each rollout, good and bad, in a namespace of its own on the kit's cluster, writes every
state that the watch shows into ``tests/track/recorded``, and removes the namespace. The tests
there hold the verdicts against them. Uids, owners and the like, which differ each time, are left
out; `managedFields` keeps only who wrote when.
"""

import json
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from integration.kit import api
from integration.recorded_others import OTHERS
from integration.recorded_rollouts import ROLLOUTS, Object, Rollout
from werfish.errors import WerfishError
from werfish.kube.client import KubeCluster, connect
from werfish.kube.errors import NotFoundError
from werfish.kube.kubeconfig import KubeOptions
from werfish.kube.resource import Gvk, Manifest, ResourceId, gvk_of
from werfish.kube.status_test import holds, parse_test
from werfish.kube.streams import HttpWatch

FOLDER = Path(__file__).parent.parent / "tests" / "track" / "recorded"
NAMESPACE = "record-states"
SECONDS = 60.0
"""How long a rollout may take until it has ended."""
AFTER = 1.5
"""How many seconds it is watched beyond that."""
_KEPT = ("name", "generation", "annotations", "finalizers", "deletionTimestamp")
_LONG = frozenset({"template", "jobTemplate", "selector", "versions"})
"""What of a spec no verdict looks at."""
_OF_MACHINE = frozenset({"containerID", "hostIP", "hostIPs", "image", "imageID", "podIP", "podIPs"})
_IDLE = frozenset({"lastProbeTime", "lastTransitionTime", "resources", "user", "volumeMounts"})
"""What of a status no verdict looks at."""
_WRITTEN = ("manager", "time", "subresource")


def main(names: Sequence[str]) -> int:
    """Record the rollouts called *names*, by default all."""
    kit = api.endpoints()
    cluster = connect(KubeOptions(config=kit.kubeconfig or ""))
    place = ResourceId(Gvk("", "v1", "Namespace"), "", NAMESPACE)
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    try:
        for rollout in (*ROLLOUTS, *OTHERS):
            if not names or rollout.name in names:
                _record(cluster, rollout, f"{kit.registry}/library/busybox:1.35")
    finally:
        cluster.delete(place)
        cluster.close()
    return 0


def _record(cluster: KubeCluster, rollout: Rollout, image: str) -> None:
    version, _, kind = rollout.kind.partition(" ")
    metadata = {"name": rollout.name, **rollout.metadata}
    own = {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": rollout.spec}
    with ExitStack() as stack:
        made = []
        for manifest in (*rollout.besides, own):
            made.append(_created(cluster, _with_image(manifest, image)))
            stack.callback(_remove, cluster, _id_of(made[-1]))
        states = _states(cluster, rollout, made, image)
    if not states or not holds(parse_test(rollout.ended), states[-1]):
        raise SystemExit(f"{rollout.name}: not ended after {SECONDS} s: {states[-1:]}")
    _write(rollout, states)


def _created(cluster: KubeCluster, manifest: Object) -> Manifest:
    """Create an object in the namespace, or in none where its kind knows none."""
    is_namespaced = cluster.api_resource(gvk_of(manifest)).namespaced
    place = {"namespace": NAMESPACE} if is_namespaced else {}
    return cluster.create({**manifest, "metadata": {**manifest["metadata"], **place}})


def _remove(cluster: KubeCluster, id: ResourceId) -> None:
    """Delete an object, whatever holds it."""
    with suppress(NotFoundError):
        cluster.delete(id)
        cluster.patch(id, {"metadata": {"finalizers": None}})


def _states(
    cluster: KubeCluster, rollout: Rollout, made: Sequence[Manifest], image: str
) -> Sequence[Object]:
    """Return the states of the last object of *made*: from its change on, where there is one."""
    id = _id_of(made[-1])
    if rollout.answer:
        cluster.patch(id, {"status": rollout.answer}, subresource="status")
    if not rollout.patch and not rollout.removed:
        return list(_watched(cluster, id, made[-1], rollout.ended))
    before = list(_watched(cluster, id, made[-1], rollout.started or rollout.ended))[-1]
    if rollout.patch:
        changed = cluster.patch(id, _with_image(rollout.patch, image))
        return list(_watched(cluster, id, changed, rollout.ended))
    for one in made:
        if one["metadata"]["name"] == rollout.removed:
            cluster.delete(_id_of(one))
    return list(_watched(cluster, id, before, rollout.ended))[1:]


def _id_of(manifest: Manifest) -> ResourceId:
    metadata = manifest["metadata"]
    return ResourceId(gvk_of(manifest), metadata.get("namespace", ""), metadata["name"])


def _watched(cluster: KubeCluster, id: ResourceId, first: Manifest, ended: str) -> Iterator[Object]:
    """Yield the states of an object from *first* on until a while after *ended* holds."""
    test = parse_test(ended)
    watch = cluster.watch(
        id.gvk,
        id.namespace,
        resource_version=first["metadata"]["resourceVersion"],
        fields=f"metadata.name={id.name}",
    )
    is_over = holds(test, first)
    timer = _closing(watch, AFTER if is_over else SECONDS)
    yield dict(first)
    with suppress(WerfishError):
        for event in watch:
            if event.type.value == "BOOKMARK":
                continue
            yield dict(event.object)
            if not is_over and holds(test, event.object):
                is_over = True
                timer.cancel()
                timer = _closing(watch, AFTER)
    timer.cancel()


def _closing(watch: HttpWatch, seconds: float) -> threading.Timer:
    """Close *watch* after so many seconds."""
    timer = threading.Timer(seconds, watch.close)
    timer.start()
    return timer


def _with_image(manifest: Object, image: str) -> Object:
    found: Object = json.loads(json.dumps(manifest).replace("IMAGE", image))
    return found


def _write(rollout: Rollout, states: Sequence[Object]) -> None:
    FOLDER.mkdir(exist_ok=True)
    kept = [_without_noise(state) for state in states]
    head = {"kind": rollout.kind, "ended": rollout.ended, "verdict": rollout.verdict}
    lines = ",\n".join(json.dumps(one, separators=(",", ":"), sort_keys=True) for one in kept)
    text = f'{json.dumps(head)[:-1]}, "states": [\n{lines}\n]}}\n'
    (FOLDER / f"{rollout.name}.json").write_text(text, "utf-8")
    print(f"{rollout.name}: {len(kept)} states, {len(text)} bytes")


def _without_noise(state: Object) -> Object:
    metadata: dict[str, Any] = {
        key: state["metadata"][key] for key in _KEPT if key in state["metadata"]
    }
    metadata["managedFields"] = [
        {key: one[key] for key in _WRITTEN if key in one}
        for one in state["metadata"].get("managedFields", [])
    ]
    spec = {key: value for key, value in state.get("spec", {}).items() if key not in _LONG}
    if "containers" in spec:
        spec = {"restartPolicy": spec["restartPolicy"]}
    return {"metadata": metadata, "spec": spec, "status": _telling(state.get("status", {}))}


def _telling(value: Any) -> Any:
    """Return *value* without what is idle or speaks of the machine that it was recorded on."""
    if isinstance(value, list):
        return [_telling(one) for one in value]
    if isinstance(value, dict):
        kept = value.keys() - _OF_MACHINE - _IDLE
        return {key: _telling(value[key]) for key in kept}
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
