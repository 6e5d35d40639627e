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
    addresses = addresses_of(live)
    if not addresses:
        return waiting("its load balancer has no address yet")
    return ready(f"reached at {', '.join(addresses)}")


def addresses_of(live: Manifest) -> tuple[str, ...]:
    """Return the addresses and names that a load balancer gave to a Service or an Ingress."""
    given = fields.tables(live, "status", "loadBalancer", "ingress")
    found = (fields.text(one, "ip") or fields.text(one, "hostname") for one in given)
    return tuple(filter(None, found))
