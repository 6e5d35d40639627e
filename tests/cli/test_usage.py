"""Options that are refused before anything is asked."""

import subprocess
from pathlib import Path

import pytest

from werfish.cli.main import main
from werfish.errors import USAGE_EXIT_CODE


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Commit a project with an empty chart."""
    (tmp_path / "werf.yaml").write_text("project: shop\nconfigVersion: 1\n")
    (tmp_path / ".helm").mkdir()
    (tmp_path / ".helm" / "values.yaml").touch()
    author = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--add-label", "a=b c", '--add-label: "b c" is no value of a label'),
        ("--add-label", "a b=c", '--add-label: "a b" is no name'),
        ("--add-annotation", "a//b=any text", '--add-annotation: "a//b" is no name'),
        ("--add-annotation", "a", '--add-annotation "a": write name=value'),
    ],
)
def test_labels_and_annotations(
    option: str, text: str, said: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", "--dir", str(project), option, text]) == USAGE_EXIT_CODE
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["0", "-2", "-17"])
@pytest.mark.parametrize("is_variable", [False, True])
def test_a_limit_of_tasks_is_one_or_more_or_none(
    limit: str,
    is_variable: bool,
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No limit for a slip would be a machine with all images at once."""
    arguments = ["build", "--dir", str(project)]
    if is_variable:
        monkeypatch.setenv("WERF_PARALLEL_TASKS_LIMIT", limit)
    else:
        arguments += ["--parallel-tasks-limit", limit]
    assert main(arguments) == USAGE_EXIT_CODE
    assert f"{limit} is no limit; write 1 or more, or -1 for no limit" in capsys.readouterr().err


def test_two_revisions_to_go_back_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rollback", "3", "--revision", "4"]) == USAGE_EXIT_CODE
    assert "REVISION is 3, and --revision 4: give one" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            ("build", "--add-custom-tag", "x"),
            "No such option '--add-custom-tag'. 'werfish publish', 'werfish build-and-publish',"
            " 'werfish converge' have it.",
            id="of-others",
        ),
        pytest.param(("plan", "--with-hooks"), "'werfish dismiss' has it.", id="of-one-other"),
        pytest.param(("build", "--format", "x"), "'werfish slugify'", id="of-many"),
        pytest.param(("build", "-o", "x"), "No such option '-o'.\n", id="a-letter"),
        pytest.param(("plan", "-Z"), "leave it out: this command builds nothing", id="no-need"),
        pytest.param(("build", "--skip-build"), "here there is --dry-run.", id="build"),
        pytest.param(("converge", "--skip-build"), "`werfish deploy` and", id="converge"),
        pytest.param(
            ("build", "--atomic"),
            "there is --auto-rollback: 'werfish converge', 'werfish deploy' have it.",
            id="of-werf's-elsewhere",
        ),
        pytest.param(
            ("build", "--save-build-report"), "here there is --report FILE", id="of-werf's"
        ),
        pytest.param(
            ("build", "--disable-auto-host-cleanup"), "leave it out: nothing", id="left-out"
        ),
        pytest.param(("publish", "--tag", "x"), "here there is --tag-custom", id="tag"),
        pytest.param(("publish", "--tag-custm", "x"), "--tag-custom", id="misspelt"),
        pytest.param(("build", "--nonesuch"), "No such option '--nonesuch'.\n", id="nobody's"),
    ],
)
def test_a_strange_option_is_told_with_what_serves_instead(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(list(words)) == USAGE_EXIT_CODE
    assert said in capsys.readouterr().err


def test_help_is_a_command_too(capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in ((["help"], "build-and-publish"), (["help", "publish"], "Publish all")):
        assert main(words) == 0
        assert said in capsys.readouterr().out
    assert main(["help", "publsh"]) == USAGE_EXIT_CODE
    assert "Did you mean 'publish'?" in capsys.readouterr().err


def test_labels_of_werfish_are_not_given(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["publish", "--dir", str(project), "--repo", "localhost:1/a", "--tag-custom", "x"]
    assert main([*words, "--add-label", "io.werfish.image=x"]) == USAGE_EXIT_CODE
    assert 'labels of "io.werfish." are werfish\'s own' in capsys.readouterr().err
