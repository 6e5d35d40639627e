"""What is missing because a submodule is not checked out is told so."""

from pathlib import Path

import pytest

from tests.config.loading import load_project
from tests.git.work_tree import WorkTree
from werfish.errors import ConfigError

META = "configVersion: 1\nproject: shop\n---\n"
ADVICE = "is not checked out; run git submodule update --init"


@pytest.fixture
def project(work: WorkTree) -> Path:
    """Return a project with submodules at ``.werf`` and ``lib`` that are not checked out."""
    modules = '[submodule "a"]\n\tpath = .werf\n[submodule "b"]\n\tpath = lib\n'
    work.write(".gitmodules", modules.encode())
    for name in (".werf", "lib"):
        (work.root / name).mkdir()
    return work.root


def told(project: Path, text: str, **named: Path) -> str:
    (project / "werf.yaml").write_text(META + text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_project(project, environment={}, **named)  # type: ignore[arg-type]
    return f"{caught.value}; {caught.value.hint}"


@pytest.mark.parametrize("action", ['include "a.tmpl" .', 'template "a part" .'])
def test_fragments(project: Path, action: str) -> None:
    assert f'submodule ".werf" {ADVICE}' in told(project, f"{{{{ {action} }}}}\n")


def test_a_folder_of_fragments_below_one_that_is_there(project: Path) -> None:
    (project / "templates").mkdir()
    modules = '[submodule "a"]\n\tpath = templates/shared\n'
    (project / ".gitmodules").write_text(modules, "utf-8")
    (project / "templates/a.tmpl").write_text("", "utf-8")
    said = told(project, '{{ include "b.tmpl" . }}\n', templates=project / "templates")
    assert f'submodule "templates/shared" {ADVICE}' in said


def test_a_folder_of_templates_that_is_named(project: Path) -> None:
    said = told(project, "{{ 1 }}\n", templates=project / "lib/templates")
    assert f'no such folder; submodule "lib" {ADVICE}' in said


def test_a_configuration_that_is_named(project: Path) -> None:
    said = told(project, "", config=project / "lib/werf.yaml")
    assert f'no such file; submodule "lib" {ADVICE}' in said
    assert ADVICE not in told(project, "", config=project / "other/werf.yaml")


def test_a_configuration_that_is_a_link_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "werf.yaml").symlink_to("gone.yaml")
    with pytest.raises(ConfigError, match="no such file or directory: the link leads to nothing"):
        load_project(tmp_path, environment={})
