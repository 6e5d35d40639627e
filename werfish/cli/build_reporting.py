"""The report of ``werfish build``, written however the build ends."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from werfish.cli import output
from werfish.cli.options import Reporting
from werfish.errors import WerfishError
from werfish.interrupts import was_interrupted

if TYPE_CHECKING:
    from werfish.actions.build import BuildOptions
    from werfish.actions.build_report import BuildReport
    from werfish.build.adapters import BuildAdapters
    from werfish.build.chains import BuiltChain
    from werfish.config.model import Project


class BuildReporter:
    """Writes the report of a build into the file at *path*; without one it does nothing."""

    def __init__(self, path: str | None, form: str | None) -> None:
        """Take *form*, or else what the name of the file says."""
        from werfish.build.progress import Progress

        self.path = path or ""
        self.form = form or ("env" if self.path.endswith("env") else "json")
        self.progress: Progress = Progress()
        self._is_tried = False
        self._opened: tuple[Project, BuildOptions, BuildAdapters] | None = None

    @contextmanager
    def following(
        self, project: "Project", options: "BuildOptions", adapters: "BuildAdapters"
    ) -> Iterator[None]:
        """Report a failure of the block image by image, while *adapters* may still be asked."""
        self._opened = project, options, adapters
        with self.ending():
            yield

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Report what ends the block early, but for wrong use."""
        try:
            yield
        except click.ClickException:
            raise
        except BaseException as error:
            self.write_end(error)
            raise

    def write(self, chains: "Sequence[BuiltChain]", adapters: "BuildAdapters") -> None:
        """Report a build that succeeded."""
        from werfish.actions.build_report import built_report

        self._write(built_report(chains, adapters))

    def write_end(self, error: BaseException) -> None:
        """Report a build that *error* ended; a file that cannot be written hides it not."""
        if self._is_tried or not self.path:
            return
        try:
            self._write(self._partial(error))
        except WerfishError as unwritten:
            click.echo(f"warning: {unwritten}", err=True)

    def _partial(self, error: BaseException) -> "BuildReport":
        from werfish.actions.build_report import partial_report, unbuilt_report

        is_interrupted = was_interrupted(error)
        status = "interrupted" if is_interrupted else "failed"
        text = str(error) or ("interrupted" if is_interrupted else type(error).__name__)
        if self._opened is None:
            return unbuilt_report(status, text)
        return partial_report(self.progress, *self._opened, status=status, error=text)

    def _write(self, report: "BuildReport") -> None:
        from werfish.actions.build_report import clashes, report_text

        if self.path:
            if self._opened and self.form == "env":
                for clash in clashes(report):
                    self._opened[2].log.warning(f'--report "{self.path}": {clash}')
            text = report_text(report, self.form, _mask)
            self._is_tried = True
            output.report(self.path, text)


@contextmanager
def reporting(path: str | None, form: str | None) -> Iterator[BuildReporter]:
    """Give who writes the report; where the block fails, that is reported."""
    if path:
        output.check_report(path, "--report")
    reporter = BuildReporter(path, form)
    with reporter.ending():
        yield reporter


def _mask(text: str) -> str:
    context = click.get_current_context(silent=True)
    reporter = context.obj if context is not None else None
    return reporter.mask(text) if isinstance(reporter, Reporting) else text
