"""A Service is ready when it has the addresses that its type promises."""

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import Readiness, ready, waiting


def service(live: Manifest) -> Readiness:
    """Judge a Service; a load balancer needs an address, unless external ones are stated."""
    type = fields.text(live, "spec", "type") or "ClusterIP"
    if type == "ExternalName":
        return ready("present")
    if not fields.text(live, "spec", "clusterIP"):
        return waiting("it has no cluster address yet")
    if type != "LoadBalancer" or fields.texts(live, "spec", "externalIPs"):
        return ready("present")
    return reached(live) or waiting("its load balancer has no address yet")


def reached(live: Manifest) -> Readiness | None:
    """Return where a load balancer reaches a Service or an Ingress; None before it is set up."""
    given = fields.tables(live, "status", "loadBalancer", "ingress")
    found = (fields.text(one, "ip") or fields.text(one, "hostname") for one in given)
    addresses = ", ".join(filter(None, found))
    return ready(f"reached at {addresses}" if addresses else "set up") if given else None
