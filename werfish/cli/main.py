"""The root of the command line: dispatch, and errors to one line and an exit code."""

import atexit
import gc
import importlib
import os
import sys
from collections.abc import Mapping, Sequence

import click

from werfish import __version__
from werfish.cli.options import Reporting
from werfish.errors import USAGE_EXIT_CODE, WerfishError
from werfish.interrupts import (
    Terminated,
    end_at_once,
    exit_code_of,
    follows_interrupt,
    hear,
    heard,
    interrupt_of,
)

COMMANDS: Mapping[str, str] = {
    "build": "Build the stages of images.",
    "publish": "Publish images whose stages are built.",
    "build-and-publish": "Build images and publish them.",
    "export": "Build images and export them to any registry as your own.",
    "converge": "Build and publish images, and deploy the chart with them.",
    "deploy": "Deploy the chart and wait until it is applied.",
    "plan": "Show what a deploy would change.",
    "render": "Print the objects of the chart.",
    "lint": "Look for mistakes in the chart.",
    "rollback": "Bring a release back to an earlier revision.",
    "dismiss": "Remove a release, and its namespace if asked.",
    "release": "Look at releases, and go back to an earlier revision.",
    "track": "Follow resources until they are ready, whatever applied them.",
    "run": "Run a container of a built image.",
    "stages": "Look at the stages of images.",
    "config": "Look at the configuration: its text, its images.",
    "helm": "Ask what belongs to the chart and its release.",
    "ci-env": "Set up a job of GitLab CI or GitHub Actions.",
    "slugify": "Make a name that fits a tag, a release or a namespace.",
    "completion": "Print the completion script of a shell.",
    "version": "Print the version.",
}
"""The commands and their one line of help, known without importing them: a start is cheap."""

MISSING = (
    *("bundle", "cleanup", "compose", "cr", "docs", "host", "includes", "kube-run", "kubectl"),
    *("managed-images", "purge", "sbom", "stage", "synchronization", "verify"),
)
"""Commands of werf's that werfish does not have, or not yet."""

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Cycles are looked for this seldom: a run is short, and rendering makes many objects."""


class LazyGroup(click.Group):
    """A group that imports a command when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which one uses them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of *cmd_name* and return its ``command``."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"werfish.cli.{cmd_name.replace('-', '_')}")
        command = module.command
        assert isinstance(command, click.Command)  # noqa: S101 - a module of ours without one is a bug
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; of a misspelt one say which may be meant.

        ``help`` is werf's word for the option.
        """
        if args[0] == "help":
            if not args[1:]:
                click.echo(ctx.get_help())
                ctx.exit()
            args = [*args[1:], "--help"]
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from werfish.config.advice import nearest

            if name in MISSING:
                ctx.fail(f"werf has '{name}', werfish does not (yet): see docs/compatibility.md.")
            meant = nearest(name, COMMANDS)
            advice = f" Did you mean '{meant}'?" if meant else ""
            ctx.fail(f"No such command '{name}'.{advice}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes and everything else: docs/, or `werfish COMMAND --help`.",
)
@click.version_option(__version__, "--version", message="%(version)s")
def root() -> None:
    """Build images incrementally from git, publish them, deploy them, know that it is applied."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line *arguments* (else the process's own) and return the exit code."""
    reporting = Reporting()
    try:
        code = root.main(
            args=None if arguments is None else list(arguments),
            prog_name="werfish",
            obj=reporting,
            standalone_mode=False,
        )
    except click.UsageError as error:
        _advised(error).show()
        return USAGE_EXIT_CODE
    except click.exceptions.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, RuntimeError) as error:
        is_abort = isinstance(error, click.Abort)  # of a prompt, too, which hides its cause
        interrupt = interrupt_of(error) or (error.__context__ if is_abort else None)
        if interrupt is None and not is_abort:
            raise
        return _interrupted(type(interrupt or error))
    except WerfishError as error:
        came = heard()
        if came is None or follows_interrupt(error):
            report(error, reporting)
        return _interrupted(came) if came else error.exit_code
    return code if isinstance(code, int) else 0


def _interrupted(interrupt: type[BaseException]) -> int:
    click.echo("terminated" if issubclass(interrupt, Terminated) else "interrupted", err=True)
    return exit_code_of(interrupt)


def _advised(error: click.UsageError) -> click.UsageError:
    if not isinstance(error, click.NoSuchOption):
        return error
    from werfish.cli.strange_options import advised

    return advised(error, root)


def report(error: WerfishError, reporting: Reporting) -> None:
    """Write *error* and its hint to stderr, without secrets, in colour as the log is.

    Of several errors each is written; advice that several give stands once, below the last of them.
    """
    from werfish.cli.screen import is_colored
    from werfish.screens.text import printable

    color = is_colored(reporting.color_mode, os.environ, is_terminal=sys.stderr.isatty())
    hints = [one.hint for one in error.parts]
    for number, one in enumerate(error.parts, 1):
        hint = "" if one.hint in hints[number:] else one.hint
        text, hint = (printable(reporting.mask(said)) for said in (str(one), hint))
        click.echo(click.style("error: ", fg="red", bold=True) + text, err=True, color=color)
        if hint:
            click.echo(click.style("hint: ", fg="yellow") + hint, err=True, color=color)


def entry_point() -> None:
    """Run as a program: SIGTERM ends like Ctrl-C, a closed pipe ends silently, a bug is told.

    The interpreter is not taken apart at the end: that costs a tenth of a second after the verdict
    and frees nothing that the end of the process does not. Nor are threads waited for.
    """
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    hear()
    try:
        code = main()
        end_at_once()
    except KeyboardInterrupt as again:
        end_at_once()
        code = exit_code_of(type(again))
    except SystemExit as end:  # click's, where a pipe is closed
        end_at_once()
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  a bug, told as Python tells it
        end_at_once()
        sys.excepthook(*sys.exc_info())
        code = 1
    if heard():
        from werfish.process import end_running

        end_running()
    try:
        sys.stdout.flush()
    except OSError:  # it is closed, or full, which was told by then
        code = code or 1
    atexit._run_exitfuncs()
    sys.stderr.flush()
    os._exit(code)
