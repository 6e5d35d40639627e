"""Where a configuration comes from: the work tree with a warning, or the commit alone."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.config.loading import load_project
from tests.git.work_tree import WorkTree, new_work_tree
from werfish.config.errors import (
    ConfigNotFoundError,
    InvalidConfigError,
    OutsideFolderError,
)
from werfish.config.model import Project
from werfish.config.source import source_of
from werfish.errors import WerfishError
from werfish.git.errors import OutsideWorkTreeError, UncommittedError
from werfish.git.repository import open_repository

MANNERS: tuple[dict[str, Any], ...] = ({}, {"strict": True}, {"dev": True})
META = b"configVersion: 1\nproject: "
FULL = b"""{{ include "name.tmpl" . }}{{ $c := .Files.Get "conf/a" }}
{{- range $path, $text := .Files.Glob "env/*" }}{{ end }}
"""
NAME = b"configVersion: 1\nproject: shop\n"


@dataclass
class Loader:
    """Loads the project of a repository in each manner, and keeps the warnings."""

    work: WorkTree
    said: list[str] = field(default_factory=list)

    def load(
        self, folder: str = "", *, strict: bool = False, dev: bool = False, **options: Any
    ) -> Project:
        directory = self.work.root / folder
        records = self.work.root.parent / "dev" if dev else None
        repository = open_repository(directory, dev_records=records)
        source = source_of(repository, directory, self.said.append, strict=strict)
        warn = self.said.append
        return load_project(directory, environment={}, source=source, warn=warn, **options)

    def refused(self, folder: str = "", **options: Any) -> tuple[str, ...]:
        with pytest.raises(UncommittedError) as caught:
            self.load(folder, strict=True, **options)
        return caught.value.paths


@pytest.fixture
def loader(work: WorkTree) -> Loader:
    """Return the loader of a committed project with fragments and files."""
    work.write("werf.yaml", FULL)
    work.write(".werf/name.tmpl", NAME)
    work.write("conf/a", b"1")
    work.write("env/one", b"1")
    work.commit()
    return Loader(work)


def test_a_committed_configuration_is_read_in_silence(loader: Loader) -> None:
    for manner in (*MANNERS, {"dev": True, "strict": True}):
        assert loader.load(**manner).name == "shop"
    assert loader.said == []


def test_one_warning_names_what_is_uncommitted(loader: Loader) -> None:
    loader.work.write(".gitignore", b"env/ignored\n")
    for path in (".werf/name.tmpl", "conf/a", "env/one", "env/two", "env/ignored", "unused"):
        loader.work.write(path, NAME.replace(b"shop", b"new"))
    assert loader.load().name == "new"
    (warning,) = loader.said
    assert warning == (
        "the configuration is read from the work tree; uncommitted: "
        ".werf/name.tmpl, conf/a, env/ignored, env/one, env/two"
    )
    loader.work.write("env/three")
    loader.load()
    assert loader.said[-1].endswith("env/one, env/three and 1 more")


def test_a_configuration_that_is_wrong_is_warned_of_too(loader: Loader) -> None:
    loader.work.write("werf.yaml", b"{{ nope }}")
    with pytest.raises(InvalidConfigError):
        loader.load()
    assert loader.said == ["the configuration is read from the work tree; uncommitted: werf.yaml"]


def test_strictly_everything_uncommitted_is_refused_at_once(loader: Loader) -> None:
    loader.work.write(".gitignore", b"env/ignored\n")
    for path in ("werf.yaml", "conf/a"):
        loader.work.write(path, FULL + b'{{ .Files.Get "new" }}')
    for path in (".werf/unused.tmpl", "env/ignored", "new", "unread"):
        loader.work.write(path, b"1")
    (loader.work.root / "env/one").unlink()
    found = loader.refused()
    assert found == (".werf/unused.tmpl", "conf/a", "env/ignored", "env/one", "new", "werf.yaml")


def test_what_is_only_in_the_work_tree_is_uncommitted_and_not_missing(work: WorkTree) -> None:
    work.commit()
    work.write("shop/werf.yaml", FULL)
    work.write("shop/.werf/name.tmpl", NAME)
    work.write("shop/conf/a", b"1")
    work.write("shop/env/one", b"1")
    assert Loader(work).refused("shop") == (
        ".werf/name.tmpl", "conf/a", "env/one", "werf.yaml",
    )  # fmt: skip
    with pytest.raises(UncommittedError) as caught:
        Loader(work).load("shop", strict=True)
    assert str(caught.value).startswith("read the configuration from commit ")
    assert "--git-strict" in caught.value.hint


def test_strict_templates_see_the_commit(loader: Loader) -> None:
    """What is not read may be what it likes; a mistake of the uncommitted is not told first."""
    loader.work.write("unread", b"1")
    assert loader.load(strict=True).name == "shop"
    loader.work.write("werf.yaml", b'{{ fail "uncommitted" }}')
    assert loader.refused() == ("werf.yaml",)


def test_an_untracked_file_that_would_win_is_refused(loader: Loader) -> None:
    loader.work.write("werf.yml", FULL)
    assert loader.refused() == ("werf.yml",)


@pytest.mark.parametrize("question", [b"Exists", b"IsDir"])
def test_questions_that_the_work_tree_answers_differently(loader: Loader, question: bytes) -> None:
    loader.work.write("werf.yaml", FULL + b"{{ if .Files." + question + b' "local" }}{{ end }}')
    loader.work.commit()
    assert loader.load(strict=True).name == "shop"
    loader.work.write("local/file" if question == b"IsDir" else "local", b"1")
    assert loader.refused() == ("local",)


def test_a_link_that_changed_is_uncommitted(loader: Loader) -> None:
    (loader.work.root / "conf/a").unlink()
    (loader.work.root / "conf/a").symlink_to("../env/one")
    loader.work.commit()
    assert loader.load(strict=True).name == "shop"
    (loader.work.root / "conf/a").unlink()
    (loader.work.root / "conf/a").symlink_to("../env/../env/one")
    assert loader.refused() == ("conf/a",)


def test_strict_templates_have_werf_2_s_manners(loader: Loader) -> None:
    for action, said in (
        ('{{ .Files.Get "no" }}', 'the file "no" not found in the project git repository'),
        ('{{ .Files.Glob "no/*" }}', r'{{ .Files.Glob "no/\*" }}: no matches found'),
        ('{{ env "NO" }}', 'the environment variable "NO" must be set'),
        ('{{ .Files.Get "../no" }}', "it leads out of the folder"),
    ):
        loader.work.write("werf.yaml", FULL + action.encode())
        loader.work.commit()
        with pytest.raises(InvalidConfigError, match=said):
            loader.load(strict=True)


def test_the_commit_of_the_work_tree_is_read(loader: Loader) -> None:
    loader.work.write(".gitignore", b"env/ignored\n")
    loader.work.write(".werf/name.tmpl", NAME.replace(b"shop", b"{{ .Env }}-{{ .Commit.Hash }}"))
    loader.work.write("env/ignored", b"1")
    loader.work.write("conf/new", b"1")
    project = loader.load(dev=True, env="staging")
    repository = open_repository(loader.work.root, dev_records=loader.work.root.parent / "dev")
    assert project.name == f"staging-{repository.commit}"
    assert loader.said == []


def test_dev_does_not_see_ignored_files(loader: Loader) -> None:
    loader.work.write(".gitignore", b"conf/a\n")
    loader.work.git("rm", "--quiet", "--cached", "conf/a")
    loader.load(dev=True)
    (warning,) = loader.said
    assert warning.startswith('.Files.Get "conf/a": no such file')


def test_a_config_outside_of_the_project(loader: Loader) -> None:
    """Its folder is the boundary of what it reads; fragments stay the project's."""
    loader.work.write("other/werf.yaml", b'{{ include "name.tmpl" . }}{{ .Files.Get "a" }}')
    loader.work.write("other/a")
    loader.work.write("shop/.werf/name.tmpl", NAME)
    loader.work.commit()
    config = loader.work.root / "other/werf.yaml"
    for strict in (False, True):
        assert loader.load("shop", config=config, strict=strict).name == "shop"
    loader.work.write("other/a", b"2")
    assert loader.refused("shop", config=config) == ("../other/a",)


def test_files_are_beside_the_configuration(loader: Loader) -> None:
    """Below the project, though, a path may go up: that is still in it."""
    text = (
        b'{{ include "name.tmpl" . }}{{ $a := .Files.Get "a" }}{{ $b := .Files.Get "../env/one" }}'
    )
    loader.work.write("conf/werf.yaml", text)
    loader.work.commit()
    assert loader.load(strict=True, config=loader.work.root / "conf/werf.yaml").name == "shop"


def test_a_config_is_tried_from_the_project_too(
    loader: Loader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loader.work.write("conf/werf.yaml", NAME)
    loader.work.commit()
    monkeypatch.chdir(tmp_path)
    for strict in (False, True):
        assert loader.load(config=Path("conf/werf.yaml"), strict=strict).path == "conf/werf.yaml"
    with pytest.raises(ConfigNotFoundError, match=r"no\.yaml"):
        loader.load(config=Path("no.yaml"))


def test_what_is_outside_of_the_work_tree(loader: Loader, tmp_path: Path) -> None:
    """It is the user's word, but it cannot come from a commit."""
    outside = tmp_path / "outside"
    (outside / "parts").mkdir(parents=True)
    (outside / "werf.yaml").write_bytes(FULL.replace(b"conf/a", b"a").replace(b"env/*", b"a"))
    (outside / "a").touch()
    (outside / "parts/name.tmpl").write_bytes(NAME.replace(b"shop", b"parts"))
    named: dict[str, Any] = {"config": outside / "werf.yaml", "templates": outside / "parts"}
    assert loader.load(**named).name == "parts"
    assert loader.said.pop() == (
        "the configuration is read from the work tree; uncommitted: "
        "../outside/a, ../outside/parts/name.tmpl, ../outside/werf.yaml"
    )
    assert loader.load(dev=True, **named).name == "parts"
    assert loader.said == []
    for name, path in named.items():
        with pytest.raises(OutsideWorkTreeError, match="outside of the work tree"):
            loader.load(strict=True, **{name: path})


def test_links_out_of_the_project(loader: Loader, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_bytes(NAME)
    config = loader.work.root / "werf.yaml"
    config.unlink()
    config.symlink_to("../outside.yaml")
    loader.work.commit()
    for manner in MANNERS:
        with pytest.raises(OutsideFolderError) as caught:
            loader.load(**manner)
        assert "--config" in caught.value.hint
    assert loader.load(config=config).name == "shop"
    with pytest.raises(OutsideFolderError):
        loader.load(config=config, strict=True)


def test_a_fragment_that_leads_out(loader: Loader) -> None:
    (loader.work.root / ".werf/out.tmpl").symlink_to("/etc/passwd")
    with pytest.raises(OutsideFolderError) as caught:
        loader.load()
    assert ".werf/out.tmpl" in str(caught.value)
    assert "--config-templates-dir" in caught.value.hint


def test_a_glob_that_leads_out_is_warned_of(loader: Loader) -> None:
    (loader.work.root / "env/out").symlink_to("/etc/passwd")
    loader.work.commit()
    loader.load(strict=True)
    assert loader.said == ['.Files.Glob "env/*": env/out leads out of the project; passed over']


def test_without_a_repository(tmp_path: Path) -> None:
    (tmp_path / "werf.yaml").write_bytes(NAME)
    source = source_of(None, tmp_path, pytest.fail, strict=False)
    assert load_project(tmp_path, environment={}, source=source).name == "shop"
    (tmp_path / "werf.yaml").write_bytes(META + b"{{ .Commit.Hash }}")
    with pytest.raises(InvalidConfigError, match="in no git repository"):
        load_project(tmp_path, environment={}, source=source)


def test_what_templates_are_told_of_the_commit(loader: Loader) -> None:
    text = META + b"{{ .Env }}\n# {{ .Commit.Date.Human }} {{ .Commit.Date.Unix | typeOf }}\n"
    loader.work.write("werf.yaml", text + b"{{ fail .Commit.Date.Unix }}")
    loader.work.commit()
    head = open_repository(loader.work.root).head
    with pytest.raises(WerfishError, match=str(head.committed_at)):
        loader.load(env="x")


def test_giterminism(loader: Loader) -> None:
    name = "werf-giterminism.yaml"
    loader.work.write(name, b"giterminismConfigVersion: 1\nconfig: {allowUncommitted: true}\n")
    loader.load()
    assert loader.said.pop().endswith(f"uncommitted: {name}")
    assert loader.refused() == (name,)
    loader.work.commit()
    loader.load(strict=True)
    assert loader.said == [f"what {name} allows has no effect yet: config.allowUncommitted"]
    loader.work.write(name, b"giterminismConfigVersion: 2\n")
    for manner in (MANNERS[0], MANNERS[2]):
        with pytest.raises(InvalidConfigError, match=rf"{name}:1:27: .*write 1"):
            loader.load(**manner)


def test_a_giterminism_file_of_another_name(loader: Loader) -> None:
    loader.work.write("conf/g.yaml", b"giterminismConfigVersion: '1'\n")
    loader.work.commit()
    assert loader.load(giterminism=Path("conf/g.yaml"), strict=True).name == "shop"
    with pytest.raises(ConfigNotFoundError, match="no such file"):
        loader.load(giterminism=Path("no.yaml"))


@pytest.fixture
def shared(loader: Loader, tmp_path: Path) -> Loader:
    """Return the loader of a project whose fragments are a submodule."""
    other = new_work_tree(tmp_path / "shared")
    other.write("name.tmpl", NAME)
    other.commit()
    work = loader.work
    work.git("rm", "-r", "--quiet", ".werf")
    add = ("submodule", "--quiet", "add", str(other.root), ".werf")
    work.git("-c", "protocol.file.allow=always", *add)
    work.commit()
    return loader


@pytest.mark.parametrize("manner", MANNERS)
def test_fragments_of_a_submodule(shared: Loader, manner: dict[str, Any]) -> None:
    """They are committed, in the submodule."""
    assert shared.load(**manner).name == "shop"
    assert shared.said == []


def test_a_change_in_a_submodule_is_uncommitted(shared: Loader) -> None:
    shared.work.write(".werf/name.tmpl", NAME.replace(b"shop", b"store"))
    assert shared.load().name == "store"
    assert "uncommitted: .werf/name.tmpl" in shared.said[0]
    assert shared.refused() == (".werf/name.tmpl",)


def test_a_folder_of_fragments_in_a_submodule(shared: Loader) -> None:
    shared.work.write(".werf/more/name.tmpl", NAME.replace(b"shop", b"more"))
    WorkTree(shared.work.root / ".werf").commit()
    shared.work.commit()
    templates = shared.work.root / ".werf/more"
    assert shared.load(strict=True, templates=templates).name == "more"


def test_includes_are_refused(loader: Loader) -> None:
    """Without the files of the other repositories images would be built wrong."""
    loader.work.write("werf-includes.yaml", b"includes: []\n")
    loader.work.commit()
    with pytest.raises(WerfishError, match=r"files of other repositories are not included"):
        loader.load()


def test_a_configuration_that_git_ignores_is_told(loader: Loader) -> None:
    loader.work.write(".gitignore", b"werf.yaml\n")
    loader.work.git("rm", "--quiet", "werf.yaml")
    loader.work.commit()
    loader.work.write("werf.yaml", FULL)
    with pytest.raises(ConfigNotFoundError) as caught:
        loader.load(dev=True)
    assert (
        caught.value.hint
        == "werf.yaml is in the folder, and git ignores it: take it out of .gitignore"
    )
