"""An Ingress is ready when its controller has published an address for it.

Many controllers are set up to publish none, so it is waited for only a short while.
"""

from werfish.kube.resource import Manifest
from werfish.track.kinds.service import reached
from werfish.track.verdict import Readiness, waiting

ADDRESS_SECONDS = 10.0


def ingress(live: Manifest) -> Readiness:
    """Judge an Ingress."""
    message = "its controller has published no address"
    return reached(live) or waiting(message, settles=ADDRESS_SECONDS)
