"""The script as a real shell runs it, and its output as lines."""

import subprocess
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.containers.script import LOADER, Output, script_of


def run(shell: str, commands: Sequence[str], cut: int | None = None) -> tuple[int, Output]:
    """Run *commands* as a backend does; *cut* ends the script early, as a killed sender would."""
    script = script_of(commands)[:cut]
    done = subprocess.run([shell, "-c", LOADER], input=script, capture_output=True, check=False)
    output = Output(lambda _: None)
    output.feed(1, done.stdout)
    output.feed(2, done.stderr)
    output.finish()
    return done.returncode, output


@pytest.fixture(params=["bash", "sh"])
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_variables_and_folder_persist(shell: str) -> None:
    code, output = run(shell, ["X=1; cd /", "export Y=2", 'echo "$X$Y$PWD"'])
    assert (code, [*output.tail], output.reached) == (0, ["12/"], 3)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        pytest.param("false", 1, id="fails"),
        pytest.param("exit 5", 5, id="exits"),
        pytest.param("(exit 6)", 6, id="subshell"),
        pytest.param("nothing-of-that-name", 127, id="not-found"),
        pytest.param("if true; then", 2, id="does-not-parse"),
    ],
)
def test_the_command_that_fails_is_reached_and_no_further(
    shell: str, command: str, code: int
) -> None:
    ended, output = run(shell, ["true", command, "echo never"])
    assert (ended, output.reached) == (code, 2)
    assert "never" not in output.tail


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("false && true", id="and-list"),
        pytest.param("! true", id="negation"),
        pytest.param("# a comment", id="comment"),
        pytest.param("", id="empty"),
        pytest.param("cat <<END\nhere\nEND", id="heredoc"),
        pytest.param("echo a \\", id="backslash-at-the-end"),
        pytest.param("set -u; unset -v s l || true", id="strict"),
    ],
)
def test_what_a_script_file_would_run_runs(shell: str, command: str) -> None:
    code, output = run(shell, [command, "echo end"])
    assert code == 0
    assert output.tail[-1] == "end"


def test_names_that_are_not_text_arrive(shell: str) -> None:
    _, output = run(shell, ["printf %s '\udcff' | od -An -tx1"])
    assert output.tail[-1].strip() == "ff"


def test_standard_input_is_empty(shell: str) -> None:
    code, output = run(shell, ["cat", "read x || echo none"])
    assert (code, [*output.tail]) == (0, ["none"])


def test_a_script_that_keeps_its_messages_gets_no_marks(shell: str, tmp_path: Path) -> None:
    """They would be in a file of the image, and nobody would know which command failed."""
    file = tmp_path / "log"
    code, output = run(shell, [f"exec 2>{file}", "echo said >&2", "exit 3"])
    assert (code, output.reached, file.read_text()) == (3, 3, "said\n")


@pytest.mark.parametrize("number", [3, 7, 9])
def test_numbers_of_files_are_the_users(shell: str, number: int, tmp_path: Path) -> None:
    commands = [f"exec {number}>{tmp_path / 'lock'}", f"exec {number}>&-", "echo end"]
    code, output = run(shell, commands)
    assert (code, output.tail[-1]) == (0, "end")


@pytest.mark.parametrize("cut", [0, 1, 30, -1, -2])
def test_a_script_that_ends_early_does_not_run(shell: str, cut: int) -> None:
    """Its sender was killed: half of ``rm -r /tmp/x`` must not be run."""
    code, output = run(shell, ["echo ran"], cut)
    assert code == 125
    assert [*output.tail] == []


@pytest.mark.parametrize("trace", ["set -x", "BASH_XTRACEFD=1; set -x"])
def test_tracing_does_not_show_the_marks(trace: str) -> None:
    _, output = run("bash", [trace, "echo a", "true"])
    assert not any("werfish" in line for line in output.tail)


def collected(chunks: Sequence[tuple[int, bytes]]) -> tuple[list[str], Output]:
    lines: list[str] = []
    output = Output(lines.append)
    for stream, data in chunks:
        output.feed(stream, data)
    output.finish()
    return lines, output


def test_a_line_that_was_overwritten_shows_its_last_state() -> None:
    lines, _ = collected([(1, b"10%\r50%\r"), (1, b"100%\r\nnext\n")])
    assert lines == ["100%", "next"]


def test_a_mark_ends_the_line_before_it() -> None:
    lines, output = collected([(2, b"no newline\x1ewerfish:7:1:\x1e\nnext")])
    assert (lines, output.reached) == (["no newline", "next"], 7)


def test_bytes_that_are_not_text_are_shown_somehow() -> None:
    lines, _ = collected([(1, b"a\xffb\n")])
    assert lines == ["a�b"]


def test_a_long_output_is_not_kept() -> None:
    _, output = collected([(1, b"line\n" * 1000), (1, b"last\n")])
    assert len(output.tail) == 20
    assert output.tail[-1] == "last"


def test_a_very_long_line_comes_in_pieces() -> None:
    lines, _ = collected([(1, b"x" * 10_000)] * 30)
    assert "".join(lines) == "x" * 300_000
    assert max(map(len, lines)) < 100_000


text = st.lists(st.sampled_from([b"a", b"\n", b"\xc3\xa9", b"\x1ewerfish:2:1:5\x1e\n"])).map(
    b"".join
)


@given(text, text, st.lists(st.integers(0, 40)))
def test_lines_do_not_depend_on_where_the_output_was_cut(
    out: bytes, err: bytes, cuts: list[int]
) -> None:
    edges = sorted({0, len(err), *(cut for cut in cuts if cut < len(err))})
    pieces = [(2, err[start:end]) for start, end in pairwise(edges)]
    whole, one = collected([(1, out), (2, err)])
    cut, other = collected([(1, out), *pieces])
    assert (cut, other.reached) == (whole, one.reached)


@pytest.mark.parametrize(
    ("command", "line"),
    [
        pytest.param("true\nno-such-program", "line 2: no-such-program: ", id="runs"),
        pytest.param("true\nif true; then\nfi", "line 3: syntax error ", id="does-not-parse"),
        pytest.param("/bin/bash -c 'no-such-program'", "line 1: no-such-program: ", id="inner"),
    ],
)
def test_bash_tells_the_line_of_the_command_not_of_the_script(command: str, line: str) -> None:
    _, output = run("/bin/bash", ["true\ntrue", command, "true"])
    assert output.tail[0].startswith(f"/bin/bash: {line}")


def test_lines_of_scripts_of_the_users_own_stay(tmp_path: Path) -> None:
    script = tmp_path / "build.sh"
    script.write_text("\n" * 13 + "no-such-program\n")
    _, output = run("/bin/bash", [f"/bin/bash {script}", "true"])
    assert output.tail[0].startswith(f"{script}: line 14: no-such-program: ")
