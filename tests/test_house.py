"""The rules of the house: imports, exit codes, and documents that keep step with the code."""

import ast
from fnmatch import fnmatch
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.reference import PAGES
from werfish.errors import FAMILIES, USAGE_EXIT_CODE, WerfishError

PROJECT = Path(__file__).parent.parent
TOP_LEVEL = {
    "pyproject.toml", "werfish", "stages", "tests", "integration", "README.md", "Makefile", "docs",
    "CHANGELOG.md", "LICENSE",
}  # fmt: skip
TESTED = ("tests", "integration", "werfish", "stages")


def test_imports_keep_the_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def test_no_folder_of_tests_is_passed_over(pytestconfig: pytest.Config) -> None:
    """By itself pytest leaves out folders with names such as ``build``."""
    patterns = pytestconfig.getini("norecursedirs")
    folders = {path.parent.name for top in TESTED for path in (PROJECT / top).rglob("*.py")}
    passed_over = {one for one in folders if any(fnmatch(one, pattern) for pattern in patterns)}
    assert passed_over <= {"__pycache__"}


def test_every_family_has_an_exit_code_of_its_own() -> None:
    codes = [family.exit_code for family in FAMILIES]
    assert len(set(codes)) == len(codes)
    assert not {0, 2, USAGE_EXIT_CODE} & set(codes)


def test_every_family_is_listed() -> None:
    assert set(WerfishError.__subclasses__()) & set(FAMILIES) == set(FAMILIES) - {WerfishError}


def test_exit_codes_are_documented() -> None:
    page = (PROJECT / "docs" / "errors.md").read_text()
    for family in FAMILIES:
        assert f"| {family.exit_code} | `{family.__name__}`" in page, family


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_up_to_date(name: str, update_golden: bool) -> None:
    page = PROJECT / "docs" / "reference" / name
    if update_golden:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(PAGES[name]())
    assert page.read_text() == PAGES[name]()


def test_nothing_stands_beside_the_fixed_top_level() -> None:
    found = {path.name for path in PROJECT.iterdir() if not path.name.startswith(".")}
    assert found <= TOP_LEVEL


def test_frozen_classes_are_made_without_compiling() -> None:
    """The standard decorator costs a millisecond a class, in every process."""
    packages = (PROJECT / "werfish", PROJECT / "stages")
    texts = {path: path.read_text() for one in packages for path in one.rglob("*.py")}
    frozen = {
        path for path, text in texts.items() if "\n@dataclass(frozen=True, slots=True)\n" in text
    }
    light = "from stages.light_dataclass import dataclass\n"
    assert {path for path in frozen if light not in texts[path]} == set()


def test_packages_that_threads_import_are_imported_whole_first() -> None:
    """A part first, in one thread, and the whole in another: one of them gets what is half made."""
    packages = {"docker", "kubernetes", "requests"}
    for path in (PROJECT / "werfish").rglob("*.py"):
        late = [
            node.module
            for function in ast.walk(ast.parse(path.read_text()))
            if isinstance(function, ast.FunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.ImportFrom) and node.module
        ]
        parts = [name for name in late if "." in name and name.split(".")[0] in packages]
        assert not parts, f'{path}: write "from PACKAGE import PART"'
