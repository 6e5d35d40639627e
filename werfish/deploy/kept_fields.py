"""Fields that a chart states only to begin with; later they are somebody else's. Pure.

The number of replicas belongs to an autoscaler then, requests and limits to another one. The chart
is read as if it stated what is live, so that a merge neither changes nor drops it.
"""

from werfish.deploy.filled_in import replaced
from werfish.deploy.policies import Policies
from werfish.kube import fields
from werfish.kube.resource import Manifest

_CONTAINERS = ("containers", "initContainers")
_TEMPLATES = (("spec", "template", "spec"), ("spec", "jobTemplate", "spec", "template", "spec"))


def first(wanted: Manifest, policies: Policies) -> Manifest:
    """Return *wanted* as it is created."""
    if policies.replicas is None:
        return wanted
    return replaced(wanted, ("spec", "replicas"), policies.replicas)


def later(wanted: Manifest, live: Manifest, policies: Policies) -> Manifest:
    """Return *wanted* for an object that is *live*: with the fields that are not the chart's."""
    if policies.keeps_replicas or policies.replicas is not None:
        wanted = with_live_replicas(wanted, live)
    return _with_live_resources(wanted, live) if policies.keeps_resources else wanted


def with_live_replicas(wanted: Manifest, live: Manifest) -> Manifest:
    """Return *wanted* with as many replicas as the *live* object states."""
    replicas = fields.value(live, "spec", "replicas")
    return wanted if replicas is None else replaced(wanted, ("spec", "replicas"), replicas)


def _with_live_resources(wanted: Manifest, live: Manifest) -> Manifest:
    """Give each container the resources of the live one of its name; new ones have their own."""
    for path in _TEMPLATES:
        for key in _CONTAINERS:
            stated = fields.tables(wanted, *path, key)
            known = {fields.text(one, "name"): one for one in fields.tables(live, *path, key)}
            if stated and known:
                kept = [_kept(one, known.get(fields.text(one, "name"))) for one in stated]
                wanted = replaced(wanted, (*path, key), kept)
    return wanted


def _kept(container: Manifest, live: Manifest | None) -> Manifest:
    if live is None:
        return container
    own = {key: value for key, value in container.items() if key != "resources"}
    return own | ({"resources": live["resources"]} if live.get("resources") else {})
