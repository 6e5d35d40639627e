"""The chart as a release record keeps it: Helm's chart object, with the user's own templates."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from werfish.helm.chart import StagedChart
from werfish.helm.ignored import ignores_of
from werfish.helm.values import read_values


def chart_record(chart: StagedChart) -> dict[str, Any]:
    """Return Helm's chart object for *chart*: metadata, templates, default values.

    Other files of the chart are left out: nothing reads them there, and a record may have 1 MiB.
    """
    values = chart.source / "values.yaml"
    return {
        "metadata": dict(chart.metadata),
        "lock": None,
        "templates": list(_templates(chart.source)),
        "values": read_values(values) if values.is_file() else {},
        "schema": None,
        "files": [],
    }


def _templates(source: Path) -> Iterator[dict[str, str]]:
    is_ignored = ignores_of(source)
    for path in sorted((source / "templates").rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and not is_ignored(name):
            yield {"name": name, "data": base64.b64encode(path.read_bytes()).decode()}
