"""Every storage of records obeys the laws: the fake, Secrets and ConfigMaps in a (fake) cluster."""

from base64 import b64decode

import pytest

from tests.contracts.releases import ReleaseStorageLaws, release
from tests.fakes.cluster import FakeCluster
from tests.fakes.releases import FakeReleases
from werfish.kube.resource import Gvk, ResourceId
from werfish.releases.records import CONFIG_MAPS, RecordStorage, UnreadableRecordError
from werfish.releases.release import Status
from werfish.releases.storage import ReleaseStorage

SECRET = ResourceId(Gvk("", "v1", "Secret"), "default", "sh.helm.release.v1.web.v1")


class TestFakeReleases(ReleaseStorageLaws):
    @pytest.fixture
    def storage(self) -> ReleaseStorage:
        return FakeReleases()


class TestRecordStorage(ReleaseStorageLaws):
    @pytest.fixture
    def storage(self) -> ReleaseStorage:
        return RecordStorage(FakeCluster(), "default", now=lambda: 1714557600.5)


class TestConfigMapStorage(ReleaseStorageLaws):
    @pytest.fixture
    def storage(self) -> ReleaseStorage:
        now, driver = (lambda: 1714557600.5), CONFIG_MAPS
        return RecordStorage(FakeCluster(), "default", now=now, driver=driver)


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def storage(cluster: FakeCluster) -> RecordStorage:
    return RecordStorage(cluster, "default", now=lambda: 1714557600.5)


def test_labels_are_helms(cluster: FakeCluster, storage: RecordStorage) -> None:
    storage.create(release())
    secret = cluster.get(SECRET)
    assert secret["type"] == "helm.sh/release.v1"
    assert secret["metadata"]["labels"] == {
        "name": "web",
        "owner": "helm",
        "status": "deployed",
        "version": "1",
        "createdAt": "1714557600",
    }


def test_a_config_map_holds_what_a_secret_does_without_the_base64_of_secrets(
    cluster: FakeCluster, storage: RecordStorage
) -> None:
    storage.create(release())
    maps = RecordStorage(cluster, "default", now=lambda: 1714557600.5, driver=CONFIG_MAPS)
    maps.create(release())
    secret, config_map = cluster.get(SECRET), cluster.get(maps.place_of(release()))
    assert config_map["metadata"]["labels"] == secret["metadata"]["labels"]
    assert "type" not in config_map
    assert b64decode(secret["data"]["release"]).decode() == config_map["data"]["release"]


def test_an_update_stamps_as_helm_does(cluster: FakeCluster, storage: RecordStorage) -> None:
    storage.create(release())
    storage.update(release(status=Status.SUPERSEDED))
    labels = cluster.get(SECRET)["metadata"]["labels"]
    assert labels["modifiedAt"] == "1714557600"
    assert labels["status"] == "superseded"


def test_users_labels_survive_a_reading(cluster: FakeCluster, storage: RecordStorage) -> None:
    storage.create(release())
    cluster.patch(SECRET, {"metadata": {"labels": {"team": "blue"}}})
    found = storage.history("web")[0]
    assert found.labels == {"team": "blue"}
    storage.update(found)
    assert storage.history("web")[0].labels == {"team": "blue"}


def test_an_unreadable_record_is_named(cluster: FakeCluster, storage: RecordStorage) -> None:
    storage.create(release())
    cluster.patch(SECRET, {"data": {"release": "bm9uc2Vuc2U="}})
    with pytest.raises(UnreadableRecordError, match=r"sh\.helm\.release\.v1\.web\.v1"):
        storage.history("web")


def test_releases_of_a_namespace_are_named_once(storage: RecordStorage) -> None:
    for one in (release(1), release(2), release(1, name="other")):
        storage.create(one)
    assert storage.names() == ("other", "web")


def test_a_history_that_has_not_changed_is_not_read_again(
    cluster: FakeCluster, storage: RecordStorage
) -> None:
    storage.create(release(1))
    reader = RecordStorage(cluster, "default", now=lambda: 1714557600.5)
    assert reader.history("web") == (release(1),)
    cluster.requests.clear()
    assert reader.history("web") == (release(1),)
    assert cluster.requests == [("heads", "Secret")]


def test_what_somebody_else_changed_is_read_again(
    cluster: FakeCluster, storage: RecordStorage
) -> None:
    storage.create(release(1))
    storage.create(release(2))
    other = RecordStorage(cluster, "default", now=lambda: 1714557600.5)
    other.update(release(2, Status.FAILED))
    assert [one.status for one in storage.history("web")] == [Status.DEPLOYED, Status.FAILED]
    other.delete(release(1))
    assert [one.revision for one in storage.history("web")] == [2]
    other.create(release(3))
    assert [one.revision for one in storage.history("web")] == [2, 3]


def test_what_is_remembered_of_a_writing_is_what_is_read(
    cluster: FakeCluster, storage: RecordStorage
) -> None:
    storage.create(release(1, Status.PENDING_INSTALL))
    storage.update(release(1, Status.DEPLOYED))
    remembered = storage.history("web")
    assert remembered == RecordStorage(cluster, "default", now=lambda: 0.0).history("web")


def test_a_record_that_was_removed_and_made_anew_is_read_again(
    cluster: FakeCluster, storage: RecordStorage
) -> None:
    storage.create(release(1))
    other = RecordStorage(cluster, "default", now=lambda: 1714557600.5)
    other.delete(release(1))
    other.create(release(1, Status.FAILED))
    assert storage.history("web")[0].status is Status.FAILED
