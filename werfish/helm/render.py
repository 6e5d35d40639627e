"""Render a staged chart with ``helm template``.

What the templates ask decides what Helm is told of the cluster: nothing but its version (fast, no
request), or the cluster itself. Source of the rules: the design's part on deploying.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Protocol

from stages.light_dataclass import dataclass
from werfish.helm.chart import StagedChart
from werfish.helm.render_errors import (
    Place,
    RenderError,
    broken_line,
    line_of,
    message_of,
    place_of,
    problem_of,
    warnings_of,
)
from werfish.process import Completed

FIRST_WITHOUT_VALIDATE = 4
_REFUSED = re.compile(
    rb"unable to build kubernetes objects|Unable to continue with install", re.IGNORECASE
)
"""What a validating helm says of kinds whose CRD the chart brings, and of objects that exist."""


class Program(Protocol):
    """What rendering needs of the helm program."""

    @property
    def version(self) -> tuple[int, int, int]:
        """Its version."""
        ...

    @property
    def cluster_arguments(self) -> tuple[str, ...]:
        """Flags that name the cluster."""
        ...

    def run(self, arguments: tuple[str, ...], *, stdin: bytes = b"") -> Completed:
        """Run it to its end, whatever its exit code."""
        ...


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """What to render: a chart as a release, with the values of the user and the cluster's version.

    *kube_version* is as the server writes it; empty is helm's own default. *api_versions* tells
    what it serves; it is asked only where helm cannot find out itself. *warn* is told what helm
    warns of.
    """

    chart: StagedChart
    release: str
    namespace: str
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    kube_version: str = ""
    is_upgrade: bool = False
    api_versions: Callable[[], tuple[str, ...]] = tuple
    warn: Callable[[str], None] = lambda text: None


def render(helm: Program, request: RenderRequest) -> str:
    """Return the rendered objects as text; `RenderError` where the chart has mistakes."""
    values = json.dumps(request.values).encode()
    arguments = render_arguments(helm, request)
    done = helm.run(arguments, stdin=values)
    if "--validate" in arguments and _REFUSED.search(done.stderr):
        arguments = render_arguments(helm, request, validates=False)
        done = helm.run(arguments, stdin=values)
    said = done.stderr.decode(errors="replace")
    if done.code == 0:
        for text in warnings_of(said):
            request.warn(f"helm: {text}")
        return done.stdout.decode()
    message = message_of(said)
    place = place_of(message, request.chart.name)
    rendered = ""
    if place is not None and place.is_rendered:
        rendered = helm.run((*arguments, "--debug"), stdin=values).text
    raise _error(request.chart, message, place, rendered)


def render_arguments(
    helm: Program, request: RenderRequest, *, validates: bool = True
) -> tuple[str, ...]:
    """Return the arguments of helm for *request*; no value is among them.

    Helm 3 asks which APIs there are only where it also *validates* the objects.
    """
    asked = ["template", request.release, str(request.chart.path), "--values", "-"]
    asked += ["--namespace", request.namespace, "--include-crds"]
    if request.kube_version:
        asked += ["--kube-version", request.kube_version]
    if request.is_upgrade:
        asked.append("--is-upgrade")
    return (*asked, *_about_cluster(helm, request, validates))


def _about_cluster(helm: Program, request: RenderRequest, validates: bool) -> tuple[str, ...]:
    chart, asked = request.chart, ["--dry-run=server"]
    if not (chart.asks_objects or chart.asks_api_versions):
        return ()
    if chart.asks_api_versions and helm.version[0] < FIRST_WITHOUT_VALIDATE:
        served = () if validates else request.api_versions()
        asked += ["--validate"] if validates else [f"--api-versions={one}" for one in served]
    return (*asked, *helm.cluster_arguments)


def _error(chart: StagedChart, message: str, place: Place | None, rendered: str) -> RenderError:
    """Return *message* as an error that shows the user's file and the offending line."""
    if place is None:
        hint = ""
        if "dependencies" in message or "missing in charts/" in message:
            hint = f'fetch them: werfish helm dependency build "{chart.source}"'
        return RenderError("", 0, message, hint=hint)
    file = f"{chart.source.name}/{place.file}"
    problem, shown = problem_of(message), ""
    if place.is_rendered:
        text = _rendered_file(rendered, f"{chart.name}/{place.file}")
        problem, shown = broken_line(text) or (problem, line_of(text, place.line))
    else:
        shown = _source_line(chart, place)
    problem = problem.replace(f"{chart.name}/{place.file}", file)
    line = 0 if place.is_rendered else place.line
    return RenderError(file, line, problem + (f"\n    {shown}" if shown else ""))


def _source_line(chart: StagedChart, place: Place) -> str:
    path = chart.source / place.file
    return line_of(path.read_text(errors="replace"), place.line) if path.is_file() else ""


def _rendered_file(rendered: str, file: str) -> str:
    """Return what the template *file* became, as ``helm template --debug`` prints it."""
    _, _, after = rendered.partition(f"# Source: {file}\n")
    return after.split("\n---\n# Source: ")[0]
