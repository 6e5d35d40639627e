"""A copy of the project's chart that Helm can render, in a private folder that does not stay.

The user's ``.helm`` needs no Chart.yaml; its templates may call werf's functions; sub-charts may
be archives. The copy has all that in Helm's own words.
"""

import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from stages.light_dataclass import dataclass
from werfish.errors import HelmError
from werfish.helm.added_templates import (
    HELPERS,
    HELPERS_FILE,
    NOTES_FILE,
    SECRETS_FILE,
    notes_template,
    secrets_template,
)
from werfish.helm.template_text import adapted, asks_api_versions, asks_cluster_objects
from werfish.helm.yaml_text import YamlError, dump, load
from werfish.own_folder import own_folder
from werfish.secrets.files import FOLDER, VALUES_FILE

VERSION = "0.1.0"
LEFT_OUT = (FOLDER, VALUES_FILE, ".git")
"""What stays behind: encrypted files are of no use to Helm, and must not reach a record."""


class ChartError(HelmError):
    """The chart's folder is missing or cannot be read as a chart."""

    def __init__(self, path: Path, problem: str, *, hint: str = "") -> None:
        """Name the file or folder and the problem."""
        super().__init__(f'read chart "{path}": {problem}', hint=hint)
        self.path = path


@dataclass(frozen=True, slots=True)
class StagedChart:
    """A copy of the chart at *source*, and what its templates want to know of the cluster."""

    path: Path
    source: Path
    metadata: Mapping[str, Any] = field(hash=False)
    asks_objects: bool = False
    asks_api_versions: bool = False

    @property
    def name(self) -> str:
        """The chart's name, with which Helm begins the paths of its templates."""
        return str(self.metadata["name"])


@contextmanager
def staged(
    source: Path,
    *,
    project: str,
    revision: int,
    app_version: str = "",
    secret_files: Mapping[str, bytes] = MappingProxyType({}),
) -> Iterator[StagedChart]:
    """Copy the chart at *source* for the *revision* of a release; the copy goes at the end.

    A chart without a name is called *project*; *app_version* replaces the chart's, if it is given.
    *secret_files* are what ``werf_secret_file`` gives; they are in the copy and nowhere else.
    """
    if not source.is_dir():
        hint = "put the chart's templates into .helm/templates, or name it with --helm-chart-dir"
        raise ChartError(source, "there is no such folder", hint=hint)
    metadata = chart_metadata(source, project) | (
        {"appVersion": app_version} if app_version else {}
    )
    with own_folder() as folder:
        path = folder / "chart"
        _copy(source, path)
        (path / "Chart.yaml").write_text(dump(dict(metadata)))
        _unpack(path)
        texts = [_adapt(template, revision) for template in _templates(path)]
        _add_templates(path, str(metadata["name"]), secret_files)
        yield StagedChart(
            path,
            source,
            metadata,
            asks_objects=any(map(asks_cluster_objects, texts)),
            asks_api_versions=any(map(asks_api_versions, texts)),
        )


def chart_metadata(source: Path, project: str) -> dict[str, Any]:
    """Return what Chart.yaml says, completed: a chart of werf need not say anything."""
    path = source / "Chart.yaml"
    try:
        written = load(path.read_bytes()) if path.is_file() else {}
    except YamlError as error:
        raise ChartError(path, str(error)) from error
    if not isinstance(written, dict | None):
        raise ChartError(path, "it is not a map")
    api_version = "v1" if (source / "requirements.yaml").is_file() else "v2"
    stated = {key: value for key, value in (written or {}).items() if value is not None}
    return {"apiVersion": api_version, "name": project, "version": VERSION} | stated


def declare_sub_charts(chart: StagedChart) -> None:
    """Name what lies in ``charts/`` as dependencies in the copy, where the user need not.

    For Helm's lint a sub-chart that Chart.yaml does not name is a mistake.
    """
    if any((chart.source / name).is_file() for name in ("Chart.yaml", "requirements.yaml")):
        return
    found = [chart_metadata(path, path.name) for path in sorted(chart.path.glob("charts/*/"))]
    named = [{"name": one["name"], "version": one["version"], "repository": ""} for one in found]
    text = dump({**chart.metadata, "dependencies": named} if named else dict(chart.metadata))
    (chart.path / "Chart.yaml").write_text(text)


def _copy(source: Path, path: Path) -> None:
    def left_out(folder: str, names: list[str]) -> set[str]:
        return set(LEFT_OUT) & set(names) if Path(folder) == source else set()

    try:
        shutil.copytree(source, path, ignore=left_out)
    except (OSError, shutil.Error) as error:
        raise ChartError(source, str(error)) from error


def _unpack(chart: Path) -> None:
    """Unpack the archives below ``charts/``, and theirs, unless their folder is there too."""
    for archive in sorted(chart.glob("charts/*.tgz")):
        try:
            with tarfile.open(archive) as content:
                names = [_inside(name) for name in content.getnames()]
                folders = {name.parts[0] for name in names if name.parts}
                if any((archive.parent / folder).exists() for folder in folders):
                    continue
                _extract(content, archive.parent)
        except (OSError, tarfile.TarError) as error:
            raise ChartError(archive, f"it is not an archive of a chart: {error}") from error
        archive.unlink()
    for folder in sorted(chart.glob("charts/*/")):
        _unpack(folder)


def _extract(content: tarfile.TarFile, folder: Path) -> None:
    """Write the files of *content* into *folder*: helm knows nothing else in an archive.

    Python's own filter for that is missing in 3.11.3 and before.
    """
    for member in content:
        path = _inside(member.name)
        file = content.extractfile(member) if member.isfile() else None
        if file is not None:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read())


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise tarfile.TarError(f'"{name}" would be outside of it')
    return path


def _templates(chart: Path) -> Iterator[Path]:
    yield from (path for path in sorted(chart.glob("templates/**/*")) if path.is_file())
    for folder in sorted(chart.glob("charts/*/")):
        yield from _templates(folder)


def _adapt(path: Path, revision: int) -> str:
    """Rewrite one template in the copy and return it; what is not text stays as it is."""
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        return ""
    changed = adapted(text, revision)
    if changed != text:
        path.write_bytes(changed.encode())
    return text


def _add_templates(chart: Path, name: str, secret_files: Mapping[str, bytes]) -> None:
    folder = chart / "templates"
    folder.mkdir(exist_ok=True)
    (folder / HELPERS_FILE).write_text(HELPERS)
    (folder / SECRETS_FILE).write_text(secrets_template(secret_files))
    if (folder / "NOTES.txt").is_file():
        (folder / NOTES_FILE).write_text(notes_template(name))
