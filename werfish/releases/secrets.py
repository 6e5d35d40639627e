"""Release records in Secrets, as Helm's default driver keeps them.

``helm list``, ``history``, ``get`` and ``rollback`` read them, and ours read Helm's. Creating the
next revision fails where it exists: that is the fence between two deploys.
Source: helm's pkg/storage/driver/secrets.go.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from werfish.errors import ReleaseError
from werfish.kube.cluster import Listing
from werfish.kube.errors import AlreadyExistsError, InvalidError, NotFoundError
from werfish.kube.resource import Gvk, Manifest, ResourceId
from werfish.releases.codec import decode, encode
from werfish.releases.release import Release
from werfish.releases.storage import RecordExistsError

SECRET = Gvk("", "v1", "Secret")
TYPE = "helm.sh/release.v1"
HOLDER_LABEL = "io.werfish.holder"
_SYSTEM_LABELS = frozenset({"name", "owner", "status", "version", "createdAt", "modifiedAt"})


class Secrets(Protocol):
    """The part of a cluster that records need."""

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        """Return the objects that the selectors mean."""
        ...

    def create(self, manifest: Manifest) -> Manifest:
        """Create an object."""
        ...

    def replace(self, manifest: Manifest) -> Manifest:
        """Replace an object."""
        ...

    def delete(self, id: ResourceId) -> None:
        """Delete an object."""
        ...


class UnreadableRecordError(ReleaseError):
    """A Secret that says that it is a release record holds something else."""

    def __init__(self, secret: str, namespace: str, problem: str) -> None:
        """Name the Secret and what is wrong with it."""
        super().__init__(
            f'read release record Secret/{secret} in namespace "{namespace}": {problem}',
            hint="helm cannot read it either; remove that Secret if the revision is not needed",
        )
        self.secret = secret


class SecretStorage:
    """The records of the releases of one namespace; *now* returns seconds since 1970."""

    def __init__(self, cluster: Secrets, namespace: str, *, now: Callable[[], float]) -> None:
        """Keep records in *namespace* of *cluster*."""
        self._cluster = cluster
        self._namespace = namespace
        self._now = now

    def names(self) -> tuple[str, ...]:
        """Return the names of all releases of the namespace."""
        listing = self._cluster.list(SECRET, self._namespace, labels="owner=helm")
        found = {_labels(item).get("name", "") for item in listing.items}
        return tuple(sorted(found - {""}))

    def newest(self) -> tuple[Release, ...]:
        """Return the newest revision of every release, by namespace and name.

        Where the namespace of the storage is empty, those are the releases of all namespaces.
        """
        listing = self._cluster.list(SECRET, self._namespace, labels="owner=helm")
        newest: dict[tuple[str, str], tuple[int, Manifest]] = {}
        for item in listing.items:
            labels, revision = _labels(item), int(_labels(item).get("version") or 0)
            key = str(item["metadata"].get("namespace") or ""), labels.get("name", "")
            if revision > newest.get(key, (0, {}))[0]:
                newest[key] = revision, item
        return tuple(self._release(item) for _, (_, item) in sorted(newest.items()))

    def history(self, name: str) -> tuple[Release, ...]:
        """See `ReleaseStorage.history`."""
        selector = f"name={name},owner=helm"
        listing = self._cluster.list(SECRET, self._namespace, labels=selector)
        releases = (self._release(item) for item in listing.items)
        return tuple(sorted(releases, key=lambda release: release.revision))

    def create(self, release: Release) -> None:
        """See `ReleaseStorage.create`."""
        try:
            self._cluster.create(self._secret(release, "createdAt"))
        except AlreadyExistsError as error:
            raise RecordExistsError(release.name, release.revision) from error
        except InvalidError as error:
            raise _refused(release, error) from error

    def update(self, release: Release) -> None:
        """See `ReleaseStorage.update`."""
        try:
            self._cluster.replace(self._secret(release, "modifiedAt"))
        except NotFoundError as error:
            raise ReleaseError(
                f'update revision {release.revision} of release "{release.name}": '
                "its record is gone",
                hint="somebody removed it meanwhile; deploy again",
            ) from error
        except InvalidError as error:
            raise _refused(release, error) from error

    def delete(self, release: Release) -> None:
        """See `ReleaseStorage.delete`."""
        try:
            self._cluster.delete(ResourceId(SECRET, self._namespace, secret_name(release)))
        except NotFoundError:
            return

    def _secret(self, release: Release, stamp: str) -> dict[str, Any]:
        labels = {
            **{key: value for key, value in release.labels.items() if key not in _SYSTEM_LABELS},
            **({HOLDER_LABEL: release.holder} if release.holder else {}),
            stamp: str(int(self._now())),
            "name": release.name,
            "owner": "helm",
            "status": str(release.status),
            "version": str(release.revision),
        }
        return {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": secret_name(release),
                "namespace": self._namespace,
                "labels": labels,
            },
            "type": TYPE,
            "data": {"release": encode(release)},
        }

    def _release(self, secret: Manifest) -> Release:
        labels = dict(_labels(secret))
        holder = labels.pop(HOLDER_LABEL, "")
        own = {key: value for key, value in labels.items() if key not in _SYSTEM_LABELS}
        data = secret.get("data") or {}
        try:
            return decode(data.get("release") or "", own, holder=holder)
        except ValueError as error:
            name = secret["metadata"]["name"]
            raise UnreadableRecordError(name, self._namespace, str(error)) from error


def secret_name(release: Release) -> str:
    """Return the name of the Secret of a revision, as Helm makes it."""
    return f"sh.helm.release.v1.{release.name}.v{release.revision}"


def _labels(secret: Manifest) -> Mapping[str, str]:
    return secret["metadata"].get("labels") or {}


def _refused(release: Release, error: InvalidError) -> ReleaseError:
    is_large = "Too long" in error.problem or "too large" in error.problem
    return ReleaseError(
        f'record revision {release.revision} of release "{release.name}": {error.problem}',
        hint="a record holds the whole chart and may have 1 MiB: shorten the chart's files"
        if is_large
        else "",
    )
