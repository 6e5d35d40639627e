"""What records name since the last deployed revision, and which objects are the same one. Pure."""

from collections.abc import Iterator
from itertools import chain

from stages.light_dataclass import dataclass
from werfish.kube.resource import Gvk, Resource, ResourceId

Key = tuple[str, str, str, str]

_MOVED = frozenset({"extensions", "apps", "networking.k8s.io", "policy"})
"""Groups between which Kubernetes moved kinds: the object stayed the same one."""


def key_of(id: ResourceId) -> Key:
    """Return what stays the same when an object is written in another version of its API."""
    return (*kind_key_of(id.gvk), id.namespace, id.name)


def kind_key_of(gvk: Gvk) -> tuple[str, str]:
    """Return what stays the same when a kind is served in another version, or group."""
    return "" if gvk.group in _MOVED else gvk.group, gvk.kind


@dataclass(frozen=True, slots=True)
class Recorded:
    """What records name since the last deployed one: its objects, then those of later tries."""

    deployed: tuple[Resource, ...] = ()
    attempts: tuple[tuple[Resource, ...], ...] = ()

    def all(self) -> tuple[Resource, ...]:
        """Return every recorded object, as the newest record that names it has it."""
        found = {key_of(resource.id): resource for resource in self.deployed}
        for attempt in self.attempts:
            found |= {key_of(resource.id): resource for resource in attempt}
        return tuple(found.values())

    def each(self) -> Iterator[Resource]:
        """Yield every recorded object as often as a record names it."""
        yield from self.deployed
        yield from chain.from_iterable(self.attempts)


NOTHING_RECORDED = Recorded()
