"""The files of a chart's ``crds/``: they come before everything else and outlive the release. Pure.

As in Helm they are created when they are absent, and not looked at again; unlike in Helm they may
be updated where the user asks for it. They belong to no release, so that none deletes them.
"""

from collections.abc import Sequence

from werfish.deploy.changes import Change, Live, SchemaOf, creation, renewal, update_of
from werfish.deploy.merging import merger_of
from werfish.deploy.modes import USUAL, Modes
from werfish.kube.resource import Manifest, Resource
from werfish.track.deletion import is_being_deleted


def crd_changes(
    crds: Sequence[Resource], live: Live, schema_of: SchemaOf, modes: Modes
) -> tuple[Change, ...]:
    """Return what to do about the files of ``crds/``."""
    found = []
    for crd in crds:
        if crd.id not in live:
            found.append(creation(crd.id, crd.manifest))
        elif is_being_deleted(live[crd.id]):
            found.append(renewal(crd.id, crd.manifest, live[crd.id]))
        elif modes.update_crds:
            now, schema = live[crd.id], schema_of(crd.id.gvk)
            merger = merger_of(USUAL)
            found.append(update_of(crd.id, crd.manifest, now, _known(now), merger, schema))
    return tuple(found)


def _known(live: Manifest) -> Manifest:
    """Take the versions for ours: no record names them, and what a file drops of them must go."""
    versions = (live.get("spec") or {}).get("versions") or []
    return {"spec": {"versions": versions}}
