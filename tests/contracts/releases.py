"""What every storage of release records does, on fakes here and on a real cluster elsewhere.

Who runs the suite supplies the fixture ``storage``, empty.
"""

from dataclasses import replace

import pytest

from werfish.errors import ReleaseError
from werfish.releases.release import HookRecord, Release, Status
from werfish.releases.storage import RecordExistsError, ReleaseStorage

MANIFEST = "---\n# Source: web/templates/cm.yaml\napiVersion: v1\nkind: ConfigMap\n"


def release(revision: int = 1, status: Status = Status.DEPLOYED, name: str = "web") -> Release:
    """Return a release as a deploy would write it."""
    return Release(
        name=name,
        namespace="default",
        revision=revision,
        status=status,
        manifest=MANIFEST + "metadata:\n  name: grün\n",
        hooks=(
            HookRecord("migrate", "Job", "web/templates/j.yaml", "kind: Job", ("pre-install",)),
        ),
        chart={"metadata": {"name": "web", "version": "1.0.0", "apiVersion": "v2"}},
        config={"replicas": 2},
        first_deployed="2024-05-01T10:00:00Z",
        last_deployed="2024-05-01T10:00:00Z",
        description="Install complete",
    )


class ReleaseStorageLaws:
    """The laws."""

    def test_nothing_has_no_history(self, storage: ReleaseStorage) -> None:
        assert storage.history("web") == ()

    def test_what_was_recorded_comes_back(self, storage: ReleaseStorage) -> None:
        storage.create(release())
        assert storage.history("web") == (release(),)

    def test_history_is_oldest_first_and_by_name(self, storage: ReleaseStorage) -> None:
        for revision in (2, 10, 1):
            storage.create(release(revision))
        storage.create(release(name="other"))
        assert [one.revision for one in storage.history("web")] == [1, 2, 10]

    def test_a_revision_is_recorded_once(self, storage: ReleaseStorage) -> None:
        storage.create(release(status=Status.PENDING_INSTALL))
        with pytest.raises(RecordExistsError):
            storage.create(release())
        assert storage.history("web")[0].status is Status.PENDING_INSTALL

    def test_an_update_replaces_the_whole_record(self, storage: ReleaseStorage) -> None:
        storage.create(replace(release(status=Status.PENDING_INSTALL), holder="run-1"))
        assert storage.history("web")[0].holder == "run-1"
        storage.update(release())
        assert storage.history("web") == (release(),)

    def test_an_absent_record_cannot_be_updated(self, storage: ReleaseStorage) -> None:
        with pytest.raises(ReleaseError, match="web"):
            storage.update(release())

    def test_deleting_twice_is_as_good_as_once(self, storage: ReleaseStorage) -> None:
        storage.create(release())
        storage.delete(release())
        storage.delete(release())
        assert storage.history("web") == ()
