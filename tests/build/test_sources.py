"""Images of real git on a backend in memory: other repositories, submodules, virtual merges."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import pytest

from stages import GitMapping, ImageSpec, Instructions, StageDependencies
from stages.dockerfile import DockerfileSpec
from stages.mapping import RemoteRepository
from tests.fakes.backend import FakeBackend
from tests.fakes.image_tree import FOLDER, FakeImageTree
from tests.fakes.repository import FakeRepository
from tests.git.work_tree import WorkTree, new_work_tree
from werfish.build.adapters import BuildAdapters
from werfish.build.schedule import build_images
from werfish.build.support import Image
from werfish.containers.fact_store import FactStore
from werfish.errors import GitError
from werfish.git.repository import open_repository
from werfish.git.source import ProjectSource
from werfish.git.virtual_merge import virtual_merge_at
from werfish.locks.local import FileLocks
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.storage.blobs import BlobStore
from werfish.storage.local import LocalStageStorage
from werfish.storage.records import PartsRecords

APP = ImageSpec(
    name="app",
    base="base:1",
    mappings=(GitMapping(to="/app", stage_dependencies=StageDependencies(install=("deps",))),),
    install=Instructions(("cat /app/deps > /installed",)),
)
OTHER = RemoteRepository("https://host/other/lib", "other/lib", tag="v1")


@dataclass
class Workshop:
    """A backend and a storage that outlive builds of different commits."""

    adapters: BuildAdapters
    backend: FakeBackend
    said: StringIO

    def build(self, image: Image, source: object, **remotes: object) -> list[str]:
        """Build *image* and return what was rebuilt."""
        adapters = replace(self.adapters, repository=source, remotes=remotes)  # type: ignore[arg-type]
        (self.chain,) = build_images("p", [image], adapters, workers=1)
        return [str(one.stage.name) for one in self.chain.rebuilt]

    def files(self) -> dict[str, bytes]:
        image = self.adapters.storage.image(self.chain.last)
        with self.backend.tree(image) as tree:
            contents = {path: tree.read(path) for path in tree.names_below("app")}
        return {path: content for path, content in contents.items() if content is not None}


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    backend, said = FakeBackend(), StringIO()
    config = ImageConfig("amd64", "linux", "", {"Cmd": ["sh"]}, ())
    backend.add("base:1", FakeImageTree({"etc": FOLDER}), config)
    clock: Callable[[], float] = iter(range(10**6)).__next__
    locks = FileLocks(tmp_path / "locks")
    adapters = BuildAdapters(
        FakeRepository(),
        backend,
        LocalStageStorage(backend, tmp_path / "stages", "p", locks, clock),
        BlobStore(tmp_path / "blobs", FactStore(tmp_path / "facts")),
        PartsRecords(tmp_path / "stages"),
        Log(said, clock=clock),
    )
    return Workshop(adapters, backend, said)


@pytest.fixture(autouse=True)
def own_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text(
        '[user]\n name = Ada\n email = ada@example.org\n[protocol "file"]\n allow = always\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def work(tmp_path: Path) -> WorkTree:
    work = new_work_tree(tmp_path / "work")
    work.write("deps", b"1")
    work.write("text", b"one")
    work.commit()
    return work


def source_of(work: WorkTree, *, is_merge: bool = False) -> ProjectSource:
    repository = open_repository(work.root)
    merge = virtual_merge_at(work.root, repository.commit) if is_merge else None
    return ProjectSource(repository, print, print, merge=merge)


def test_files_of_two_repositories(shop: Workshop, work: WorkTree) -> None:
    lib = FakeRepository()
    lib.add("c1", {"lib.py": "1", "other": "x"})
    mapping = GitMapping(to="/app/lib", include_paths=("lib.py",), remote=OTHER)
    image = replace(APP, mappings=(*APP.mappings, mapping))
    shop.build(image, source_of(work), **{OTHER.key: lib})
    assert shop.files() == {"app/deps": b"1", "app/text": b"one", "app/lib/lib.py": b"1"}
    lib.add("c2", {"lib.py": "22", "other": "y"})
    assert shop.build(image, source_of(work), **{OTHER.key: lib}) == ["gitLatestPatch"]
    assert shop.files()["app/lib/lib.py"] == b"22"
    assert dict(shop.chain.last.commits)[OTHER.key] == "c2"


def test_a_moved_away_history_of_another_repository_is_not_used(
    shop: Workshop, work: WorkTree
) -> None:
    lib = FakeRepository()
    lib.add("c1", {"lib.py": "1"})
    image = replace(APP, mappings=(*APP.mappings, GitMapping(to="/app/lib", remote=OTHER)))
    shop.build(image, source_of(work), **{OTHER.key: lib})
    lib.add("forced", {"lib.py": "2"}, parent="")
    assert shop.build(image, source_of(work), **{OTHER.key: lib}) == ["gitArchive", "install"]


class AwayRepository(FakeRepository):
    """A repository that cannot be reached."""

    @property
    def commit(self) -> str:
        """Refuse."""
        raise GitError("nobody answers")

    @commit.setter
    def commit(self, value: str) -> None:
        """Take no notice."""


def test_other_repositories_are_asked_before_anything_is_built(
    shop: Workshop, work: WorkTree
) -> None:
    image = replace(APP, mappings=(GitMapping(to="/lib", remote=OTHER),))
    with pytest.raises(GitError, match="nobody answers"):
        shop.build(image, source_of(work), **{OTHER.key: AwayRepository()})
    assert "building" not in shop.said.getvalue()


def test_an_image_that_needs_no_other_repository_asks_none(shop: Workshop, work: WorkTree) -> None:
    assert shop.build(APP, source_of(work), **{OTHER.key: AwayRepository()})


def test_submodules_come_move_and_go(shop: Workshop, work: WorkTree, tmp_path: Path) -> None:
    image = replace(APP, install=Instructions())
    shop.build(image, source_of(work))
    lib = new_work_tree(tmp_path / "lib")
    lib.write("a", b"1")
    lib.write("b/c", b"2")
    lib.commit()
    work.git("submodule", "--quiet", "add", str(lib.root), "lib")
    work.commit()
    assert shop.build(image, source_of(work)) == ["gitLatestPatch"]
    assert {path: text for path, text in shop.files().items() if "lib/" in path} == {
        "app/lib/a": b"1", "app/lib/b/c": b"2",
    }  # fmt: skip
    (lib.root / "b/c").unlink()
    lib.write("a", b"3")
    lib.commit()
    work.git("submodule", "--quiet", "update", "--remote")
    work.commit()
    shop.build(image, source_of(work))
    assert {path: text for path, text in shop.files().items() if "lib/" in path} == {
        "app/lib/a": b"3"
    }
    work.git("rm", "--quiet", "lib")
    work.commit()
    shop.build(image, source_of(work))
    assert not [path for path in shop.files() if path.startswith("app/lib")]


def test_the_context_of_a_dockerfile_has_the_files_of_submodules(
    shop: Workshop, work: WorkTree, tmp_path: Path
) -> None:
    lib = new_work_tree(tmp_path / "lib")
    lib.write("a", b"1")
    lib.commit()
    work.git("submodule", "--quiet", "add", str(lib.root), "lib")
    work.write("Dockerfile", b"FROM base:1\nCOPY lib /app\n")
    work.commit()
    assert shop.build(DockerfileSpec("web", "Dockerfile"), source_of(work)) == ["dockerfile"]
    assert shop.files() == {"app/a": b"1"}


def test_a_submodule_that_is_initialised_later_gets_into_the_image(
    shop: Workshop, work: WorkTree, tmp_path: Path
) -> None:
    """The commit is the same, the image must not be."""
    lib = new_work_tree(tmp_path / "lib")
    lib.write("a", b"1")
    lib.commit()
    work.git("submodule", "--quiet", "add", str(lib.root), "lib")
    work.commit()
    work.git("clone", "--quiet", str(work.root), str(tmp_path / "clone"))
    clone = WorkTree(tmp_path / "clone")
    image = replace(APP, install=Instructions())
    shop.build(image, source_of(clone))
    assert "app/lib/a" not in shop.files()
    clone.git("submodule", "--quiet", "update", "--init")
    assert shop.build(image, source_of(clone)) == ["gitArchive"]
    assert shop.files()["app/lib/a"] == b"1"
    assert "empty submodule lib removed" in shop.said.getvalue()


def test_stages_of_a_branch_serve_its_merge_and_the_merge_serves_the_next(
    shop: Workshop, work: WorkTree
) -> None:
    """So every pipeline of a merge request builds no more than a patch."""
    work.git("checkout", "--quiet", "-b", "feature")
    work.write("feature", b"1")
    work.commit()
    shop.build(APP, source_of(work))
    merge(work)
    assert shop.build(APP, source_of(work, is_merge=True)) == ["gitLatestPatch"]
    assert shop.files()["app/main"] == b"1"
    work.git("checkout", "--quiet", "feature")
    work.write("deps", b"2")
    work.commit()
    merge(work)
    built = shop.build(APP, source_of(work, is_merge=True))
    assert built == ["install"]
    work.git("checkout", "--quiet", "feature")
    work.write("feature", b"3")
    work.commit()
    merge(work)
    assert shop.build(APP, source_of(work, is_merge=True)) == ["gitLatestPatch"]
    assert shop.files()["app/feature"] == b"3"
    work.git("checkout", "--quiet", "feature")
    assert shop.build(APP, source_of(work)) == ["gitLatestPatch"]
    assert "app/main" not in shop.files()


def merge(work: WorkTree) -> None:
    """Check out the merge of ``feature`` into a ``main`` that has gone on."""
    work.git("checkout", "--quiet", "main")
    work.write("main", b"1")
    work.commit()
    work.git("checkout", "--quiet", "--detach", "main")
    work.git("merge", "--quiet", "--no-ff", "--no-edit", "feature")


def test_without_the_flag_no_stage_of_one_merge_serves_another(
    shop: Workshop, work: WorkTree
) -> None:
    work.git("checkout", "--quiet", "-b", "feature")
    work.write("feature", b"1")
    work.commit()
    merge(work)
    shop.build(APP, source_of(work))
    work.git("checkout", "--quiet", "feature")
    work.write("feature", b"2")
    work.commit()
    merge(work)
    assert shop.build(APP, source_of(work)) == ["gitArchive", "install"]


def test_rebase_amend_and_another_branch_build_anew_and_coming_back_does_not(
    shop: Workshop, work: WorkTree
) -> None:
    first = work.git("rev-parse", "HEAD")
    work.git("checkout", "--quiet", "-b", "side")
    work.write("text", b"side")
    work.commit()
    shop.build(APP, source_of(work))
    work.git("commit", "--quiet", "--amend", "--message", "amended")
    amended = shop.build(APP, source_of(work))
    assert amended == ["gitArchive", "install"]
    assert shop.chain.rebuilt[0].reason == (
        "gitArchive: nothing changed, but the storage holds none that fits this commit"
    )
    work.git("checkout", "--quiet", "--detach", first)
    assert "gitArchive" in shop.build(APP, source_of(work))
    assert shop.files()["app/text"] == b"one"
    work.git("checkout", "--quiet", "side")
    assert shop.build(APP, source_of(work)) == []
    assert shop.files()["app/text"] == b"side"
