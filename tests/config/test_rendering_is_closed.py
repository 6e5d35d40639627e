"""Whatever a template asks for: nothing outside of the project is read, and nothing is run."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.config.loading import load_project
from werfish.errors import ConfigError

RUNS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect"}
SECRET = "what lies outside"


class Watch:
    """Hears of every file that is opened and every program that is run while it listens.

    A hook of the interpreter cannot be taken away again, so there is one, which is deaf at times.
    """

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.ran: list[str] = []
        self._listens = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._listens:
            return
        if event == "open" and isinstance(arguments[0], str):
            self.opened.append(arguments[0])
        elif event in RUNS:
            self.ran.append(event)

    @contextmanager
    def listening(self) -> Iterator[None]:
        self.opened, self.ran, self._listens = [], [], True
        try:
            yield
        finally:
            self._listens = False


WATCH = Watch()
STEPS = st.sampled_from(
    [
        "..",
        ".",
        "in",
        "out",
        "chain",
        "folder",
        "secret",
        "a.txt",
        "*",
        "**",
        "/",
        "absolute",
        ".git",
    ]
)
PATHS = st.lists(STEPS, min_size=1, max_size=5).map("/".join)
CALLS = st.sampled_from(
    [
        '{{{{ .Files.Get "{0}" }}}}',
        '{{{{ range $name, $text := .Files.Glob "{0}" }}}}{{{{ $text }}}}{{{{ end }}}}',
        '{{{{ .Files.Exists "{0}" }}}}{{{{ .Files.IsDir "{0}" }}}}',
        '{{{{ include "{0}" . }}}}',
        '{{{{ tpl (.Files.Get "{0}") . }}}}',
        '{{{{ fromYaml (.Files.Get "{0}") }}}}',
    ]
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a project with links that lead out of it in several ways."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret").write_text(SECRET)
    project = outside / "project"
    (project / "folder").mkdir(parents=True)
    (project / ".werf").mkdir()
    (project / "a.txt").write_text("a: 1")
    (project / "folder/a.txt").write_text("{{ `b` }}")
    (project / "in").symlink_to("folder/a.txt")
    (project / "out").symlink_to("..")
    (project / "folder/chain").symlink_to("../out/secret")
    (project / "absolute").symlink_to(outside)
    return project


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.lists(st.tuples(CALLS, PATHS), min_size=1, max_size=3))
def test_rendering_reads_nothing_outside_and_runs_nothing(
    project: Path, calls: list[tuple[str, str]]
) -> None:
    text = "".join(f"# {call.format(path)}\n" for call, path in calls)
    (project / "werf.yaml").write_text(f"project: a\nconfigVersion: 1\n{text}")
    said = ""
    with WATCH.listening(), suppress(RecursionError):
        try:
            load_project(project)
        except ConfigError as error:
            said = str(error)
    outside = project.parent.resolve()
    opened = [Path(path).resolve() for path in WATCH.opened if Path(path).is_absolute()]
    below = [path for path in opened if path.is_relative_to(outside)]
    assert [path for path in below if not path.is_relative_to(outside / "project")] == []
    assert WATCH.ran == []
    assert SECRET not in said
