"""The layers of a commit are the same bytes on every machine: the pinned digests say so.

A changed value here means that every user's layers change: say "rebuild" in the commit.
"""

import os
import shutil
from io import StringIO
from pathlib import Path

import pytest

from stages import GitMapping, ImageSpec
from tests.fakes.backend import FakeBackend
from tests.fakes.image_tree import FOLDER, FakeImageTree, link
from tests.git.work_tree import WorkTree, new_work_tree
from werfish.build.adapters import BuildAdapters
from werfish.build.schedule import build_images
from werfish.containers.fact_store import FactStore
from werfish.git.repository import open_repository
from werfish.locks.local import FileLocks
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.storage.blobs import BlobStore
from werfish.storage.local import LocalStageStorage
from werfish.storage.records import PartsRecords

IMAGE = ImageSpec(
    "app",
    "base:1",
    mappings=(
        GitMapping(to="/srv/app", exclude_paths=("system",), owner="1000", group="www"),
        GitMapping(to="/", add="/system"),
    ),
)
ARCHIVE = "sha256:730ef82520ef40245988aaa8736c6fb788b1e23a4104b96df61a55cb170e9a5d"
PATCH = "sha256:a229030b32d0c0f1b1d066321fb68fafe57459cb09b36d1571156481b68c58d3"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkTree:
    """Make a repository whose commits have the same ids everywhere."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ada@example.org")
        monkeypatch.setenv(f"GIT_{who}_DATE", "2024-02-29T12:00:00+0300")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    work = new_work_tree(tmp_path / "work")
    work.write("system/bin/tool", b"#!/bin/sh\n", executable=True)
    work.write("a b\nc", b"odd")
    work.write(b"\xff", b"not text")
    work.write("gone/deep/file", b"x")
    work.write("d" * 120 + "/" + "e" * 120, b"long")
    (work.root / "link").symlink_to("a b\nc")
    work.commit()
    return work


def layers_of(home: Path, work: WorkTree, backend: FakeBackend) -> tuple[str, ...]:
    """Build HEAD on the machine with *home* and return the layers of the image."""
    facts, locks = FactStore(home / "facts"), FileLocks(home / "locks")
    adapters = BuildAdapters(
        open_repository(work.root),
        backend,
        LocalStageStorage(backend, home / "stages", "p", locks, iter(range(99)).__next__),
        BlobStore(home / "blobs", facts),
        PartsRecords(home / "stages"),
        Log(StringIO(), clock=lambda: 0.0),
    )
    (chain,) = build_images("p", [IMAGE], adapters, workers=1)
    return adapters.storage.image(chain.last).config.diff_ids


def new_machine() -> FakeBackend:
    """Return a backend that has the base image only."""
    backend = FakeBackend()
    tree = FakeImageTree(
        {"bin": link("usr/bin"), "usr": FOLDER, "usr/bin": FOLDER, "srv": FOLDER},
        contents={"etc/group": b"www:x:33:\n"},
    )
    backend.add("base:1", tree, ImageConfig("amd64", "linux", "", {}, ()))
    return backend


def test_layers_of_a_commit_are_pinned(work: WorkTree, tmp_path: Path) -> None:
    one, other = new_machine(), new_machine()
    assert layers_of(tmp_path / "one", work, one) == (ARCHIVE,)
    assert layers_of(tmp_path / "other", work, other) == (ARCHIVE,)
    shutil.rmtree(work.root / "gone")
    (work.root / "link").unlink()
    work.write("link/now/a/folder", b"y")
    work.write("system/bin/tool", b"#!/bin/sh -e\n", executable=True)
    work.commit()
    assert layers_of(tmp_path / "one", work, one) == (ARCHIVE, PATCH)
    assert layers_of(tmp_path / "other", work, other) == (ARCHIVE, PATCH)
