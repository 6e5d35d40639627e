"""A Kubernetes object as the rest of werfish sees it: its identity, and its text as parsed.

Pure. The manifest itself stays the dictionary that the API speaks; everything else is typed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, NamedTuple

from stages.light_dataclass import dataclass

Manifest = Mapping[str, Any]
"""An object as the Kubernetes API writes it in JSON."""


class Gvk(NamedTuple):
    """Group, version and kind of an object; the core group is the empty string.

    A tuple, as `ResourceId` is: both are looked up and sorted by tens of thousands in a deploy.
    """

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        """The ``apiVersion`` of a manifest: ``apps/v1``, or ``v1`` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version


class ResourceId(NamedTuple):
    """Which object of a cluster: kind, namespace (empty for cluster-wide kinds) and name."""

    gvk: Gvk
    namespace: str
    name: str

    def __str__(self) -> str:
        """Write ``Kind/name``, the way people name objects."""
        return f"{self.gvk.kind}/{self.name}"


def names_of(ids: Iterable[ResourceId]) -> dict[ResourceId, str]:
    """Return what to call each of *ids* where they stand together.

    That is ``Kind/name``, and for those that share it the group and the namespace that differ.
    """
    alike: dict[str, list[ResourceId]] = defaultdict(list)
    for id in dict.fromkeys(ids):
        alike[str(id)].append(id)
    return {id: _name_among(id, others) for others in alike.values() for id in others}


def _name_among(id: ResourceId, others: Sequence[ResourceId]) -> str:
    is_of_groups = len({one.gvk.group for one in others}) > 1
    is_of_places = len({one.namespace for one in others}) > 1
    kind = f"{id.gvk.kind}.{id.gvk.group}" if is_of_groups and id.gvk.group else id.gvk.kind
    return f"{kind}/{id.name}" + (f" in {id.namespace}" if is_of_places and id.namespace else "")


@dataclass(frozen=True, slots=True)
class Resource:
    """One object: who it is and what it says. *source* is the template it came from, if any."""

    id: ResourceId
    manifest: Manifest = field(hash=False)
    source: str = field(default="", compare=False)

    @property
    def annotations(self) -> Mapping[str, str]:
        """The annotations of the object, empty where it has none."""
        return _metadata_map(self.manifest, "annotations")

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels of the object, empty where it has none."""
        return _metadata_map(self.manifest, "labels")


def gvk_of(manifest: Manifest) -> Gvk:
    """Return group, version and kind of *manifest*; ValueError where either is wrong or missing."""
    api_version, kind = _text(manifest, "apiVersion"), _text(manifest, "kind")
    group, _, version = api_version.rpartition("/")
    return Gvk(group, version, kind)


def _text(manifest: Manifest, key: str) -> str:
    value = manifest.get(key)
    if value is None or value == "":
        raise ValueError(f"{key} is missing")
    if not isinstance(value, str):
        raise ValueError(f"{key} is {value}, which is no string")
    return value


def _metadata_map(manifest: Manifest, key: str) -> Mapping[str, str]:
    metadata = manifest.get("metadata") or {}
    return metadata.get(key) or {}


def holds(live: object, wanted: object) -> bool:
    """Whether *live* has everything that *wanted* says, word for word."""
    match wanted:
        case Mapping():
            return isinstance(live, Mapping) and all(
                key in live and holds(live[key], value) for key, value in wanted.items()
            )
        case list() | tuple():
            return (
                isinstance(live, list)
                and len(live) == len(wanted)
                and all(map(holds, live, wanted))
            )
        case _:
            return live == wanted
