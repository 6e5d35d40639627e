"""Values that a chart hands down to those that it needs."""

from pathlib import Path
from typing import Any

import pytest

from werfish.helm.exported import handed_down
from werfish.helm.yaml_text import dump

WERF = {"image": {"app": "r/app:1"}}


def chart(folder: Path, needed: list[dict[str, Any]], values: dict[str, Any] | None = None) -> Path:
    """Write a chart that needs others."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Chart.yaml").write_text(dump({"name": folder.name, "dependencies": needed}))
    (folder / "values.yaml").write_text(dump(values or {}))
    return folder


def exporting(name: str, *entries: Any, **more: str) -> dict[str, Any]:
    return {"name": name, "version": "1.0.0", "export-values": list(entries), **more}


@pytest.mark.parametrize(
    ("needed", "values", "below"),
    [
        pytest.param(
            exporting("sub", {"parent": "werf", "child": "werf"}),
            {},
            {"sub": {"werf": WERF}},
            id="as-it-is",
        ),
        pytest.param(
            exporting("sub", {"parent": "werf.image", "child": "global.images"}, alias="other"),
            {},
            {"other": {"global": {"images": WERF["image"]}}},
            id="elsewhere-and-under-another-name",
        ),
        pytest.param(
            exporting("sub", {"parent": "default", "child": "port"}),
            {},
            {"sub": {"port": 80}},
            id="of-the-chart's-defaults",
        ),
        pytest.param(
            exporting("sub", "web"), {}, {"sub": {"tls": True}}, id="by-the-name-of-an-export"
        ),
        pytest.param(
            exporting("sub", {"parent": "werf", "child": "werf"}),
            {"sub": {"werf": {"image": {"app": "own"}}, "a": 1}},
            {"sub": {"werf": {"image": {"app": "own"}}, "a": 1}},
            id="what-is-said-of-the-sub-chart-counts-more",
        ),
        pytest.param(
            exporting("sub", {"parent": "nowhere.to", "child": "x"}), {}, {}, id="nothing-there"
        ),
        pytest.param({"name": "sub"}, {"sub": {"a": 1}}, {"sub": {"a": 1}}, id="nothing-asked"),
    ],
)
def test_values_are_handed_down(
    needed: dict[str, Any], values: dict[str, Any], below: dict[str, Any], tmp_path: Path
) -> None:
    defaults = {"default": 80, "exports": {"web": {"tls": True}}}
    folder = chart(tmp_path / "top", [needed], defaults)
    values = {"werf": WERF, **values}
    assert handed_down(folder, values) == {"werf": WERF, **below}


def test_they_go_on_to_charts_below(tmp_path: Path) -> None:
    entry = {"parent": "werf", "child": "werf"}
    folder = chart(tmp_path / "top", [exporting("sub", entry)])
    chart(folder / "charts" / "sub", [exporting("deep", entry)])
    chart(folder / "charts" / "sub" / "charts" / "deep", [])
    found = handed_down(folder, {"werf": WERF})
    assert found["sub"] == {"werf": WERF, "deep": {"werf": WERF}}
