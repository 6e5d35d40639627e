"""The command line of the demonstration: ``python -m integration.demo [--keep]``."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from integration.demo import images, page
from integration.demo.errors import DemoError
from integration.demo.story import REPOSITORY, TAG, Stage, project_folder, tell
from integration.demo.terminal import Terminal
from integration.kit import api
from integration.kit.errors import KitError
from integration.published import remove_built, remove_published
from werfish.errors import WerfishError


def main(arguments: Sequence[str]) -> int:
    """Show the main job; return 0 if everything was as promised."""
    parser = argparse.ArgumentParser(prog="python -m integration.demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the real parts running")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    try:
        show(keep=options.keep)
    except (DemoError, KitError, WerfishError) as error:
        print(f"\ndemo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted, and cleaned up", file=sys.stderr)
        return 130
    return 0


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """End the demonstration; what comes after the first signal must not disturb the clean-up."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def show(*, keep: bool) -> None:
    """Bring the real parts up, tell the story, leave everything as it was."""
    use_program()
    with tempfile.TemporaryDirectory(prefix="werfish-demo-") as scratch:
        terminal = Terminal(project_folder(Path(scratch)))
        with real_parts(terminal, keep=keep) as registry, tidied(registry) as name:
            os.environ |= git_author() | {"WERF_HOME": scratch}
            tell(Stage(terminal, page.connect(), name, registry))
        terminal.table()
    print("\n   Everything was as promised.")


def use_program() -> None:
    """Put the ``werfish`` beside this Python first in PATH."""
    folder = Path(sys.executable).parent
    if shutil.which("werfish", path=str(folder)) is None:
        raise DemoError(f"no werfish beside {sys.executable}; run make demo, which sets it up")
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    if sys.stdout.isatty():
        os.environ.setdefault("WERF_LOG_COLOR_MODE", "on")


@contextmanager
def real_parts(terminal: Terminal, *, keep: bool) -> Iterator[str]:
    """Give the address of the registry, with Docker, Kubernetes and Helm running as well."""
    were_up = not api.missing()
    try:
        with terminal.step("Docker, a registry, Kubernetes and Helm"):
            endpoints = api.up(level="node")
        os.environ |= {"PATH": os.environ["PATH"]} | dict(endpoints.variables)
        use_program()
        yield str(endpoints.registry)
    finally:
        if not were_up and not keep:
            api.down()


@contextmanager
def tidied(registry: str) -> Iterator[str]:
    """Give a name for the project, and remove all that bears it afterwards."""
    name = f"demo-{uuid.uuid4().hex[:6]}"
    had_base = images.has_base()
    try:
        yield name
    finally:
        page.remove_namespace(page.connect(), f"{name}-staging")
        remove_published(registry, REPOSITORY, TAG)
        remove_built(os.environ, name)
        if images.has_base() and not had_base:
            images.remove_base()


def git_author() -> dict[str, str]:
    """Return an author for the commits: a fresh machine has none."""
    who = {"NAME": "Demo", "EMAIL": "demo@example.com"}
    return {
        f"GIT_{role}_{key}": text for role in ("AUTHOR", "COMMITTER") for key, text in who.items()
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
