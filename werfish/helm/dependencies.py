"""Fetch the charts that a chart needs, with ``helm dependency``.

Helm wants a Chart.yaml, which a chart of werf need not have: then helm works on a private copy that
has one, and what it fetched is put beside the user's templates, whole or not at all.
"""

import shutil
from pathlib import Path

from werfish.errors import HelmError
from werfish.helm.chart import ChartError, chart_metadata
from werfish.helm.render import Program
from werfish.helm.yaml_text import dump
from werfish.own_folder import own_folder

CHARTS, LOCKS = "charts", ("Chart.lock", "requirements.lock")
ASIDE = f".{CHARTS}-old"
_LISTS = ("Chart.yaml", "requirements.yaml", *LOCKS)


class DependencyError(HelmError):
    """Helm could not list or fetch what a chart needs."""


def helm_dependency(word: str, chart: Path, project: str, helm: Program) -> str:
    """Run ``helm dependency`` *word* (build, list, update) on *chart*; return what helm says.

    A chart without a name is called *project*.
    """
    if not chart.is_dir():
        raise ChartError(chart, "there is no such folder")
    _bring_back(chart)
    if (chart / "Chart.yaml").is_file():
        return _run(word, chart, chart, helm)
    with own_folder() as folder:
        copy = folder / chart.resolve().name
        _copy(chart, copy)
        (copy / "Chart.yaml").write_text(dump(chart_metadata(chart, project)))
        said = _run(word, copy, chart, helm)
        if word != "list":
            _put_back(copy, chart)
    return said


def _run(word: str, chart: Path, named: Path, helm: Program) -> str:
    done = helm.run(("dependency", word, str(chart)))
    said = (done.text + done.stderr.decode(errors="replace")).replace(str(chart), str(named))
    if done.code:
        raise DependencyError(
            f'{word} the dependencies of chart "{named}": {said.strip()}',
            hint="a repository that helm does not know is added with: helm repo add NAME URL",
        )
    return said


def _copy(chart: Path, copy: Path) -> None:
    copy.mkdir()
    for name in _LISTS:
        if (chart / name).is_file():
            shutil.copy(chart / name, copy / name)
    if (chart / CHARTS).is_dir():
        shutil.copytree(chart / CHARTS, copy / CHARTS)


def _bring_back(chart: Path) -> None:
    """Bring back the charts that a killed run had put aside and not replaced."""
    if (chart / ASIDE).is_dir() and not (chart / CHARTS).exists():
        (chart / ASIDE).rename(chart / CHARTS)


def _put_back(copy: Path, chart: Path) -> None:
    """Replace the charts and the lock of *chart* by those of *copy*."""
    fetched = copy / CHARTS
    if fetched.is_dir():
        new, old = chart / f".{CHARTS}-new", chart / ASIDE
        for folder in (new, old):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(fetched, new)
        if (chart / CHARTS).exists():
            (chart / CHARTS).rename(old)
        new.rename(chart / CHARTS)
        shutil.rmtree(old, ignore_errors=True)
    for name in LOCKS:
        if (copy / name).is_file():
            shutil.copy(copy / name, chart / name)
