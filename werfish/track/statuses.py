"""Which kinds of custom resources have a status, by what the cluster declares of them."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import field
from typing import Protocol

from stages.light_dataclass import dataclass
from werfish.errors import WerfishError
from werfish.kube.resource import Gvk
from werfish.kube.schema import Schema
from werfish.track.readiness import BUILT_IN


class Declared(Protocol):
    """The part of a cluster that knows schemas."""

    def schema(self, gvk: Gvk) -> Schema:
        """Return what the cluster declares about *gvk*."""
        ...


@dataclass(frozen=True, slots=True)
class Statuses:
    """For each kind that is declared: whether it has a status."""

    declared: Mapping[Gvk, bool] = field(default_factory=dict, hash=False)

    def has_status(self, gvk: Gvk) -> bool:
        """Tell whether the schema of *gvk* has a status."""
        return self.declared.get(gvk, False)

    def is_silent(self, gvk: Gvk) -> bool:
        """Tell whether *gvk* is known to have no status."""
        return not self.declared.get(gvk, True)


def statuses_of(kinds: Iterable[Gvk], cluster: Declared) -> Statuses:
    """Ask *cluster* about the custom resources among *kinds*; it may not answer."""
    found: dict[Gvk, bool] = {}
    for gvk in sorted({kind for kind in kinds if kind.group not in BUILT_IN}):
        with suppress(WerfishError):
            schema = cluster.schema(gvk)
            if schema.is_known:
                found[gvk] = schema.field("status").is_known
    return Statuses(found)
