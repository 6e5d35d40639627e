"""What helm is asked to tell a chart of the cluster."""

from pathlib import Path

import pytest

from werfish.helm.chart import StagedChart
from werfish.helm.render import RenderRequest, render
from werfish.helm.render_errors import RenderError
from werfish.process import Completed


class Helm:
    """A helm that refuses to validate, as the real one does, with *refusal*."""

    cluster_arguments = ("--kube-context", "here")

    def __init__(self, major: int = 3, refusal: str = "", said: str = "") -> None:
        self.version = (major, 0, 0)
        self.refusal = refusal
        self.said = said
        self.asked: list[tuple[str, ...]] = []

    def run(self, arguments: tuple[str, ...], *, stdin: bytes = b"") -> Completed:
        about = arguments[arguments.index("--include-crds") + 1 :]
        self.asked.append(about)
        if self.refusal and "--validate" in about:
            return Completed(1, b"", self.refusal.encode())
        return Completed(0, b"kind: A", self.said.encode())


def rendered(helm: Helm, *, objects: bool, apis: bool) -> str:
    chart = StagedChart(Path("copy"), Path(".helm"), {"name": "shop"}, objects, apis)
    return render(helm, RenderRequest(chart, "rel", "prod", api_versions=lambda: ("v1", "v1/Pod")))


@pytest.mark.parametrize(
    ("major", "objects", "apis", "asked"),
    [
        (3, False, False, ()),
        (3, True, False, ("--dry-run=server",)),
        (3, False, True, ("--dry-run=server", "--validate")),
        (3, True, True, ("--dry-run=server", "--validate")),
        (4, True, True, ("--dry-run=server",)),
    ],
)
def test_a_chart_is_told_what_it_asks(
    major: int, objects: bool, apis: bool, asked: tuple[str, ...]
) -> None:
    helm = Helm(major)
    rendered(helm, objects=objects, apis=apis)
    assert helm.asked == [(*asked, *Helm.cluster_arguments) if asked else ()]


@pytest.mark.parametrize(
    "refusal",
    [
        'Error: unable to build kubernetes objects from release manifest: no matches for kind "A"',
        'Error: Unable to continue with install: CustomResourceDefinition "a" exists',
    ],
)
def test_what_helm_does_not_validate_is_rendered_all_the_same(refusal: str) -> None:
    helm = Helm(refusal=refusal)
    assert rendered(helm, objects=False, apis=True) == "kind: A"
    served = ("--api-versions=v1", "--api-versions=v1/Pod")
    assert helm.asked[1:] == [("--dry-run=server", *served, *Helm.cluster_arguments)]


@pytest.mark.parametrize(
    "line",
    [
        "coalesce.go:237: warning: skipped value for c.a: Not a table.",
        "2024/01/02 03:04:05 coalesce.go:237: warning: skipped value for c.a: Not a table.",
        'level=INFO msg="warning: skipped value for c.a: Not a table."',
        'level=WARN msg="warning: skipped value for c.a: Not a table."',
    ],
)
def test_what_helm_warns_of_is_passed_on_once(line: str) -> None:
    """Both versions' words; what it says of the kubeconfig, and how it goes, is not told."""
    noise = "WARNING: Kubernetes configuration file is group-readable.\nlevel=INFO msg=loaded"
    helm, told = Helm(said=f"{noise}\n{line}\n{line}\n"), list[str]()
    chart = StagedChart(Path("copy"), Path(".helm"), {"name": "shop"})
    render(helm, RenderRequest(chart, "rel", "prod", warn=told.append))
    assert told == ["helm: skipped value for c.a: Not a table."]


def test_a_value_that_helm_warns_of_is_not_told() -> None:
    warning = "cannot overwrite table with non table for c.login (map[password:hunter22 (old)])"
    helm, told = Helm(said=f"coalesce.go:298: warning: {warning}"), list[str]()
    chart = StagedChart(Path("copy"), Path(".helm"), {"name": "shop"})
    render(helm, RenderRequest(chart, "rel", "prod", warn=told.append))
    assert told == ["helm: cannot overwrite table with non table for c.login"]


def test_a_mistake_of_the_chart_stays_one() -> None:
    helm = Helm(refusal="Error: nil pointer")
    with pytest.raises(RenderError, match="nil pointer"):
        rendered(helm, objects=True, apis=True)
    assert len(helm.asked) == 1
