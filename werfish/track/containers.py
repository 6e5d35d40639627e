"""What kubelet says of the containers of a pod, and which of its reasons mean what. Pure.

Source: kubernetes/pkg/kubelet, images/types.go and container/sync_result.go.
"""

from collections.abc import Iterator

from werfish.kube import fields
from werfish.kube.fields import Fields
from werfish.kube.resource import Manifest

TERMINAL_REASONS = frozenset({"InvalidImageName", "ErrImageNeverPull"})
PULL_REASONS = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError",
     "SignatureValidationFailed"}
)  # fmt: skip
CONFIG_REASONS = frozenset(
    {"CreateContainerConfigError", "CreateContainerError",
     "PreCreateHookError", "PreStartHookError", "PostStartHookError"}
)  # fmt: skip
_LISTS = ("initContainerStatuses", "containerStatuses")


def container_statuses(pod: Manifest) -> Iterator[Fields]:
    """Yield the statuses of all containers, in the order in which they start."""
    for name in _LISTS:
        yield from fields.tables(pod, "status", name)


def specs(pod: Manifest) -> Iterator[Fields]:
    """Yield what is stated of all containers, in the order in which they start."""
    for name in ("initContainers", "containers"):
        yield from fields.tables(pod, "spec", name)


def spec_of(pod: Manifest, container: str) -> Fields:
    """Return what is stated of one container; empty where it is unknown."""
    return next((one for one in specs(pod) if one.get("name") == container), {})


def is_unready(pod: Manifest) -> bool:
    """Tell whether *pod* runs, and a container of it runs without being ready."""
    return fields.text(pod, "status", "phase") == "Running" and any(
        not fields.is_true(status, "ready") and fields.has(status, "state", "running")
        for status in container_statuses(pod)
    )


def is_up(status: Fields) -> bool:
    """Tell whether a container runs and is ready."""
    return fields.is_true(status, "ready") and fields.has(status, "state", "running")


def waiting_reason(status: Fields) -> str:
    """Return why a container waits, in kubelet's word."""
    return fields.text(status, "state", "waiting", "reason")


def ended(status: Fields) -> Fields:
    """Return how the container ended that is dead now; empty while one runs or never ran."""
    if fields.has(status, "state", "running"):
        return {}
    return fields.table(status, "state", "terminated") or last_end(status)


def last_end(status: Fields) -> Fields:
    """Return how the instance of the container before ended."""
    return fields.table(status, "lastState", "terminated")
