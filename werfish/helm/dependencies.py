"""Fetch the charts that a chart needs, with ``helm dependency``.

Helm wants a Chart.yaml with a name, which a chart of werf need not have: then helm works on a
private copy that has one, and what it fetched is put beside the user's templates, whole or not at
all. The copy lies as deep as the chart does, as charts are named by their way from it, too.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from werfish.errors import HelmError
from werfish.helm.chart import ChartError, chart_metadata
from werfish.helm.render import Program
from werfish.helm.yaml_text import YamlError, dump, load
from werfish.kube.fields import tables, text
from werfish.own_folder import own_folder

CHARTS, LOCKS = "charts", ("Chart.lock", "requirements.lock")
ASIDE = f".{CHARTS}-old"
_NEEDED = ("apiVersion", "name", "version")
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
    metadata = chart_metadata(chart, project)
    written = _read(chart / "Chart.yaml")
    if all(written.get(key) for key in _NEEDED):
        return _run(word, chart, helm)
    with own_folder() as folder:
        copy = _mirrored(chart.absolute(), folder)
        _copy(chart, copy)
        (copy / "Chart.yaml").write_text(dump(metadata))
        for place in dict.fromkeys(_neighbours(chart, metadata)):
            _copy_folder(place, _mirrored(place, folder))
        named = {str(copy): str(chart), str(folder): ""}
        said = _run(word, chart, helm, copy, named)
        if word != "list":
            _put_back(copy, chart)
    return said


def _run(
    word: str,
    chart: Path,
    helm: Program,
    copy: Path | None = None,
    named: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Run helm on *copy*, else on *chart*; what it says names the places as *named* does."""
    done = helm.run(("dependency", word, str(copy or chart)))
    said = done.text + done.stderr.decode(errors="replace")
    for place, name in named.items():
        said = said.replace(place, name)
    if done.code:
        raise DependencyError(
            f'{word} the dependencies of chart "{chart}": {said.strip()}',
            hint="a repository that helm does not know is added with: helm repo add NAME URL",
        )
    return said


def _read(path: Path) -> dict[str, Any]:
    """Return what a file of YAML says, nothing where it is missing, broken or no map."""
    try:
        found = load(path.read_bytes()) if path.is_file() else {}
    except YamlError:
        return {}
    return found if isinstance(found, dict) else {}


def _neighbours(chart: Path, metadata: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the folders that a chart names by their way from it (``file://../lib``)."""
    listed = (metadata, _read(chart / "requirements.yaml"))
    for one in (one for document in listed for one in tables(document, "dependencies")):
        scheme, _, way = text(one, "repository").partition("://")
        if scheme == "file" and way and not way.startswith("/"):
            place = Path(os.path.normpath(chart.absolute() / way))
            if place.is_dir() and place not in (chart.absolute(), *chart.absolute().parents):
                yield place


def _mirrored(place: Path, folder: Path) -> Path:
    """Return where *place* is copied to in *folder*."""
    return folder / os.path.normpath(place).lstrip("/")


def _left_out(folder: str, names: list[str]) -> set[str]:
    """Return what of a folder is not copied: history, and links that lead nowhere."""
    return {name for name in names if name == ".git" or not (Path(folder) / name).exists()}


def _copy_folder(place: Path, copy: Path) -> None:
    try:
        shutil.copytree(place, copy, ignore=_left_out, dirs_exist_ok=True)
    except (OSError, shutil.Error) as error:
        raise ChartError(place, str(error)) from error


def _copy(chart: Path, copy: Path) -> None:
    copy.mkdir(parents=True)
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
