"""The root of the command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from werfish import __version__
from werfish.cli.main import COMMANDS, MISSING, main, report, root
from werfish.cli.options import Reporting
from werfish.errors import USAGE_EXIT_CODE, BuildError
from werfish.screens.text import uncolored


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    assert capsys.readouterr().out == f"{__version__}\n"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert f"Usage: werfish {name}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nope"], ["version", "--nope"], ["build", "--tag"]])
def test_wrong_usage_has_its_own_exit_code(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == USAGE_EXIT_CODE
    assert "Usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "meant"),
    [("bild", "build"), ("buidl", "build"), ("build-and-publis", "build-and-publish")],
)
def test_a_misspelt_command_is_told_what_may_be_meant(
    word: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word]) == USAGE_EXIT_CODE
    assert f"No such command '{word}'. Did you mean '{meant}'?" in capsys.readouterr().err


def test_a_command_of_werfs_that_is_missing_is_told_as_that(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["cleanup", "--env", "x"]) == USAGE_EXIT_CODE
    assert "werf has 'cleanup', werfish does not (yet)" in capsys.readouterr().err
    assert not set(MISSING) & set(COMMANDS)


@pytest.mark.parametrize("color", ["on", "off"])
def test_an_error_does_not_change_the_terminal(
    color: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may quote what a program in a container printed, or a server said."""
    quoted = "build it: failed\n  \x1b[2J\x1b]0;title\x07done\x9b1A \u202eabc"
    report(BuildError(quoted, hint="look\x1b[8m"), Reporting(color))
    said = capsys.readouterr().err
    assert uncolored(said) == "error: build it: failed\n  done abc\nhint: look\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert "_WERFISH_COMPLETE" in capsys.readouterr().out


def test_the_version_needs_no_heavy_imports() -> None:
    code = "import sys; from werfish.cli.main import main; main(['version']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"docker", "kubernetes", "git", "yaml", "urllib3", "wcmatch"}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("werfish build w", ["web", "worker"]),
        ("werfish build web ", ["api", "worker"]),
        ("werfish publish !a", ["!api"]),
        ("werfish stages image a", ["api"]),
    ],
)
def test_names_of_images_are_completed(
    line: str, found: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = "".join(f"---\nimage: {name}\nfrom: a\n" for name in ("api", "web", "worker"))
    (tmp_path / "werf.yaml").write_text(f"configVersion: 1\nproject: shop\n{images}")
    assert completed(line, tmp_path, capsys) == found


def test_without_a_configuration_nothing_is_completed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert completed("werfish build w", tmp_path, capsys) == []


def completed(line: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return what the shell is offered at the end of *line*, in *folder*."""
    words = line.split(" ")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("COMP_WORDS", line)
        patch.setenv("COMP_CWORD", str(len(words) - 1))
        patch.setenv("_WERFISH_COMPLETE", "bash_complete")
        with pytest.raises(SystemExit):
            root(prog_name="werfish")
    return [one.partition(",")[2] for one in capsys.readouterr().out.split()]
