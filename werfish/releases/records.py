"""Release records in Secrets or ConfigMaps, as Helm's drivers keep them.

``helm list``, ``history``, ``get`` and ``rollback`` read them, and ours read Helm's. Creating the
next revision fails where it exists: that is the fence between two deploys.
Source: helm's pkg/storage/driver/secrets.go and cfgmaps.go.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from stages.light_dataclass import dataclass
from werfish.errors import ReleaseError
from werfish.kube.cluster import Listing
from werfish.kube.errors import AlreadyExistsError, InvalidError, NotFoundError
from werfish.kube.resource import Gvk, Manifest, ResourceId
from werfish.releases.codec import decode, encode
from werfish.releases.release import Release
from werfish.releases.storage import RecordExistsError

TYPE = "helm.sh/release.v1"
PREFIX = "sh.helm.release.v1."
HOLDER_LABEL = "io.werfish.holder"
_SYSTEM_LABELS = frozenset({"name", "owner", "status", "version", "createdAt", "modifiedAt"})


@dataclass(frozen=True, slots=True)
class Driver:
    """The kind of object that records are kept in; only Secrets have a *type*.

    *written* and *read* turn the text of a record into the object's data and back.
    """

    gvk: Gvk
    type: str = ""
    written: Callable[[str], str] = str
    read: Callable[[str], str] = str


SECRETS = Driver(
    Gvk("", "v1", "Secret"),
    TYPE,
    written=lambda text: b64encode(text.encode()).decode(),
    read=lambda data: b64decode(data).decode(),
)
CONFIG_MAPS = Driver(Gvk("", "v1", "ConfigMap"))


class Objects(Protocol):
    """The part of a cluster that records need."""

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        """Return the objects that the selectors mean."""
        ...

    def heads(self, gvk: Gvk, namespace: str = "", *, labels: str = "") -> tuple[Manifest, ...]:
        """Return the metadata of the objects that the selector means."""
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
    """An object that says that it is a release record holds something else."""

    def __init__(self, id: ResourceId, problem: str) -> None:
        """Name the object and what is wrong with it."""
        super().__init__(
            f'read release record {id} in namespace "{id.namespace}": {problem}',
            hint="helm cannot read it either; remove that object if the revision is not needed",
        )
        self.id = id


class RecordStorage:
    """The records of the releases of one namespace; *now* returns seconds since 1970.

    A history that was read once costs the metadata of its records the next time: what an object
    holds at a resourceVersion never changes.
    """

    def __init__(
        self,
        cluster: Objects,
        namespace: str,
        *,
        now: Callable[[], float],
        driver: Driver = SECRETS,
    ) -> None:
        """Keep records in *namespace* of *cluster*, in objects of the *driver*."""
        self._cluster = cluster
        self._namespace = namespace
        self._now = now
        self._driver = driver
        self._known: dict[str, tuple[str, Release]] = {}

    def names(self) -> tuple[str, ...]:
        """Return the names of all releases of the namespace."""
        found = {_labels(item).get("name", "") for item in self._items("owner=helm")}
        return tuple(sorted(found - {""}))

    def newest(self) -> tuple[Release, ...]:
        """Return the newest revision of every release, by namespace and name.

        Where the namespace of the storage is empty, those are the releases of all namespaces.
        """
        newest: dict[tuple[str, str], tuple[int, Manifest]] = {}
        for item in self._items("owner=helm"):
            labels, revision = _labels(item), int(_labels(item).get("version") or 0)
            key = str(item["metadata"].get("namespace") or ""), labels.get("name", "")
            if revision > newest.get(key, (0, {}))[0]:
                newest[key] = revision, item
        return tuple(self._release(item) for _, (_, item) in sorted(newest.items()))

    def history(self, name: str) -> tuple[Release, ...]:
        """See `ReleaseStorage.history`."""
        selector = f"name={name},owner=helm"
        releases = self._remembered(selector) if self._known else None
        if releases is None:
            releases = [self._learnt(item) for item in self._items(selector)]
        return tuple(sorted(releases, key=lambda release: release.revision))

    def place_of(self, release: Release) -> ResourceId:
        """See `ReleaseStorage.place_of`."""
        return ResourceId(self._driver.gvk, self._namespace, record_name(release))

    def create(self, release: Release) -> None:
        """See `ReleaseStorage.create`."""
        try:
            self._remember(self._cluster.create(self._object(release, "createdAt")), release)
        except AlreadyExistsError as error:
            raise RecordExistsError(release.name, release.revision) from error
        except InvalidError as error:
            raise _refused(release, error) from error

    def update(self, release: Release) -> None:
        """See `ReleaseStorage.update`."""
        try:
            self._remember(self._cluster.replace(self._object(release, "modifiedAt")), release)
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
            self._cluster.delete(self.place_of(release))
        except NotFoundError:
            return

    def _remembered(self, selector: str) -> list[Release] | None:
        """Return the releases of a history, `None` where one of them has changed since."""
        heads = self._cluster.heads(self._driver.gvk, self._namespace, labels=selector)
        known = [self._known.get(head["metadata"]["name"]) for head in heads]
        pairs = zip(heads, known, strict=True)
        found = [one[1] for head, one in pairs if one and one[0] == _version(head)]
        return found if len(found) == len(heads) else None

    def _learnt(self, item: Manifest) -> Release:
        known = self._known.get(item["metadata"]["name"])
        if known and known[0] == _version(item):
            return known[1]
        release = self._release(item)
        self._remember(item, release)
        return release

    def _remember(self, item: Manifest, release: Release) -> None:
        self._known[item["metadata"]["name"]] = _version(item), release

    def _items(self, labels: str) -> tuple[Manifest, ...]:
        return self._cluster.list(self._driver.gvk, self._namespace, labels=labels).items

    def _object(self, release: Release, stamp: str) -> dict[str, Any]:
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
            "apiVersion": self._driver.gvk.api_version,
            "kind": self._driver.gvk.kind,
            "metadata": {
                "name": record_name(release),
                "namespace": self._namespace,
                "labels": labels,
            },
            **({"type": self._driver.type} if self._driver.type else {}),
            "data": {"release": self._driver.written(encode(release))},
        }

    def _release(self, item: Manifest) -> Release:
        labels = dict(_labels(item))
        holder = labels.pop(HOLDER_LABEL, "")
        own = {key: value for key, value in labels.items() if key not in _SYSTEM_LABELS}
        data = (item.get("data") or {}).get("release") or ""
        try:
            return decode(self._driver.read(data), own, holder=holder)
        except ValueError as error:
            metadata = item["metadata"]
            where = str(metadata.get("namespace") or self._namespace)
            id = ResourceId(self._driver.gvk, where, metadata["name"])
            raise UnreadableRecordError(id, str(error)) from error


def record_name(release: Release) -> str:
    """Return the name of the object of a revision, as Helm makes it."""
    return f"{PREFIX}{release.name}.v{release.revision}"


def _version(item: Manifest) -> str:
    """Return what is new after each change; a name that is given again begins with a new uid."""
    return f"{item['metadata'].get('uid', '')} {item['metadata'].get('resourceVersion', '')}"


def _labels(item: Manifest) -> Mapping[str, str]:
    return item["metadata"].get("labels") or {}


def _refused(release: Release, error: InvalidError) -> ReleaseError:
    return ReleaseError(
        f'record revision {release.revision} of release "{release.name}": {error.problem}'
    )
