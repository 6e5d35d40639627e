"""An Ingress is ready when its controller has published an address for it.

Many controllers are set up to publish none, so it is waited for only a short while.
"""

from werfish.kube.resource import Manifest
from werfish.track.kinds.service import addresses_of
from werfish.track.verdict import Readiness, ready, waiting

ADDRESS_SECONDS = 10.0


def ingress(live: Manifest) -> Readiness:
    """Judge an Ingress."""
    addresses = addresses_of(live)
    if not addresses:
        message = "its controller has published no address"
        return waiting(message, settles=ADDRESS_SECONDS)
    return ready(f"reached at {', '.join(addresses)}")
