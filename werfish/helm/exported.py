"""Values that a chart hands down to charts that it needs: ``export-values``, which Helm lacks.

``{parent: werf, child: werf}`` of a dependency gives that chart what the one above has at ``werf``.
A plain name gives all that stands below ``exports.NAME`` there. What somebody says of the sub-chart
itself counts more. Source: werf's documentation of charts, and Helm's HIP 16.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from werfish.helm.merged import Values, merged
from werfish.helm.values import read_values
from werfish.helm.yaml_text import YamlError, load
from werfish.kube.fields import tables

_KEY = "export-values"
_EXPORTS = "exports"


def handed_down(chart: Path, values: Mapping[str, Any]) -> Values:
    """Return *values* of the chart at *chart* with what it, and those in it, hand down."""
    found: Values = dict(values)
    for needed in _dependencies(chart):
        called = str(needed.get("alias") or needed.get("name") or "")
        below = found.get(called)
        own: Values = dict(below) if isinstance(below, Mapping) else {}
        if needed.get(_KEY):
            own = merged(_exported(needed[_KEY], _with_defaults(chart, found)), own)
        folder = chart / "charts" / str(needed.get("name"))
        own = handed_down(folder, own) if folder.is_dir() else own
        if own:
            found[called] = own
    return found


def _dependencies(chart: Path) -> Iterator[Mapping[str, Any]]:
    for name in ("Chart.yaml", "requirements.yaml"):
        path = chart / name
        try:
            read = load(path.read_bytes(), is_strict=False) if path.is_file() else None
        except YamlError:
            continue  # Helm says what is wrong with it
        if isinstance(read, Mapping):
            yield from tables(read, "dependencies")


def _with_defaults(chart: Path, values: Mapping[str, Any]) -> Values:
    path = chart / "values.yaml"
    return merged(read_values(path), values) if path.is_file() else dict(values)


def _exported(entries: Any, parent: Mapping[str, Any]) -> Values:
    found: Values = {}
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping):
            source, target = str(entry.get("parent") or ""), str(entry.get("child") or "")
        else:
            source, target = f"{_EXPORTS}.{entry}", ""
        value = _at(parent, source)
        if target and target != "." and value is not None:
            for name in reversed(target.split(".")):
                value = {name: value}
        if isinstance(value, Mapping):
            found = merged(found, value)
    return found


def _at(values: Any, path: str) -> Any:
    for name in path.split(".") if path and path != "." else ():
        values = values.get(name) if isinstance(values, Mapping) else None
    return values
