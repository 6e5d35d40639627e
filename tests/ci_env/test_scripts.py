"""Scripts set exactly the values, whatever is in them, in every shell that is here."""

import subprocess

import pytest

from werfish.ci_env.credentials import with_login
from werfish.ci_env.errors import CiEnvError
from werfish.ci_env.script import failure_of, script_of
from werfish.ci_env.shells import CMDEXE, ENV_FILE, POSIX, POWERSHELL, Dialect, Shell, dialect_of
from werfish.ci_env.variables import Login, Section, Variable

NASTY = "a \"b\" 'c' $HOME `id` $(id) \\ ! % & | ;\n{x} ü"


def script(value: str, dialect: Dialect = POSIX, **current: str) -> str:
    return script_of([Section("ONE", (Variable("NAME", value),))], current, dialect)


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_shells_read_the_value_as_it_is(shell: str) -> None:
    text = script(NASTY) + 'printf %s "$NAME"\n'
    done = subprocess.run([shell, "-e"], input=text, capture_output=True, text=True, check=True)
    assert done.stdout == NASTY


def test_what_is_set_already_is_left_and_told() -> None:
    assert script("new", NAME="old\nrm -rf") == ('# ONE\n# skip export NAME="new" (old rm -rf)\n')


def test_what_overrides_is_set_anyway() -> None:
    section = Section("ONE", (Variable("NAME", "new", overrides=True),))
    assert 'export NAME="new"' in script_of([section], {"NAME": "old"}, POSIX).splitlines()


def test_what_has_no_value_is_a_comment() -> None:
    assert script("") == '# ONE\n# export NAME=""\n'


@pytest.mark.parametrize(
    ("dialect", "line"),
    [
        (POWERSHELL, '$Env:NAME = "50% `$x `"q`""'),
        (ENV_FILE, 'NAME=50% $x "q"'),
        (POSIX, 'export NAME="50% \\$x \\"q\\""'),
    ],
    ids=["powershell", "env", "posix"],
)
def test_lines_of_dialects(dialect: Dialect, line: str) -> None:
    assert script('50% $x "q"', dialect).splitlines()[1] == line


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("v\u201d; id", '"v$([char]0x201d); id"'),
        ("\u0104b", '"$([char]0x0104)b"'),
        ("\U0001f600", '"$([char]0xd83d)$([char]0xde00)"'),
    ],
    ids=["quote", "letter", "pair"],
)
def test_scripts_of_powershell_are_ascii(value: str, quoted: str) -> None:
    """Curly quotes end a text there as straight ones do, and Windows reads another code page.

    Names of tags and branches may hold both.
    """
    assert script(value, POWERSHELL).splitlines()[1] == f"$Env:NAME = {quoted}"
    section = Section("ONE", (Variable("NAME", "new"),))
    text = script_of([section], {"NAME": value}, POWERSHELL, is_verbose=True)
    assert text.splitlines()[3].isascii()


def test_cmdexe_gets_no_variable_of_its_own() -> None:
    assert script("50% & more", CMDEXE).splitlines()[1] == '@set "NAME=50%% & more"'


@pytest.mark.parametrize(
    ("dialect", "value"), [(CMDEXE, 'a"b'), (CMDEXE, "a\nb"), (ENV_FILE, "a\nb")]
)
def test_what_cannot_be_held_is_refused(dialect: Dialect, value: str) -> None:
    with pytest.raises(CiEnvError, match='write "NAME"'):
        script(value, dialect)


def test_verbose_scripts_show_no_secret() -> None:
    section = Section("ONE", (Variable("TOKEN", "hidden", is_secret=True),))
    text = script_of([section], {}, POSIX, is_verbose=True)
    shown = subprocess.run(["sh"], input=text, capture_output=True, text=True, check=True).stdout
    assert shown == '# ONE\nexport TOKEN="***"\n'
    assert "hidden" not in script_of([section], {"TOKEN": "hidden"}, POSIX, is_verbose=True)


def test_failed_scripts_end_who_runs_them() -> None:
    assert failure_of("it's gone", POSIX) == "exit 1\n"
    done = subprocess.run(
        ["sh"],
        check=False,
        input=failure_of("it's gone", POSIX, is_verbose=True),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "Error: it's gone\n")


def test_shells_of_unix_are_alike() -> None:
    assert {dialect_of(Shell(name)) for name in ("default", "sh", "bash", "zsh")} == {POSIX}


def test_login_stays_in_the_copy() -> None:
    """A store or helper would keep it beyond the job."""
    config = {"credsStore": "pass", "credHelpers": {"r": "ecr", "s": "gcr"}, "auths": {"q": {}}}
    assert with_login(config, Login("r", "me", "word")) == {
        "credsStore": "pass",
        "credHelpers": {"r": "", "s": "gcr"},
        "auths": {"q": {}, "r": {"auth": "bWU6d29yZA=="}},
    }
