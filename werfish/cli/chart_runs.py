"""What `plan` and `deploy` have in common: the rendered chart meets the cluster."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import field
from typing import TYPE_CHECKING, Any

from stages.light_dataclass import dataclass
from werfish.cli import deploying, observing, wiring
from werfish.cli.charting import ChartFlags, chart_options_of, chosen_chart
from werfish.cli.flags import (
    DockerFlags,
    GitFlags,
    KubeFlags,
    ObservingFlags,
    ProjectFlags,
    ReleaseFlags,
    RepoFlags,
    StagesFlags,
    ValuesFlags,
    taken,
)

if TYPE_CHECKING:
    from werfish.ahead import Ahead
    from werfish.deploy.adapters import DeployAdapters
    from werfish.deploy.prepare import ChartOptions
    from werfish.helm.helm import Helm


@dataclass(frozen=True, slots=True)
class ChartRun:
    """A chart with all it is told, the program that renders it, and what deploying it touches.

    *secrets* are texts that must not be shown.
    """

    chart: "ChartOptions"
    helm: "Helm"
    adapters: "DeployAdapters"
    secrets: tuple[str, ...] = field(default=(), repr=False)


@contextmanager
def chart_run(
    flags: dict[str, Any], helm_chart_dir: str, use_custom_tag: str = "", command: str = ""
) -> Iterator[ChartRun]:
    """Give what *flags* mean: the project's chart with its published images, and the cluster.

    Who observes a deploy hears of what *command* does, unless it is empty.
    """
    kube = taken(KubeFlags, flags)
    with (
        deploying.helm_ahead(kube) as helm,
        _chart_run(flags, kube, helm, helm_chart_dir, use_custom_tag, command) as run,
    ):
        yield run


@contextmanager
def _chart_run(
    flags: dict[str, Any],
    kube: KubeFlags,
    asked: "Ahead[Helm]",
    helm_chart_dir: str,
    use_custom_tag: str,
    command: str,
) -> Iterator[ChartRun]:
    project_flags, release = taken(ProjectFlags, flags), taken(ReleaseFlags, flags)
    values, repo = taken(ValuesFlags, flags), taken(RepoFlags, flags)
    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    opened, git = wiring.opened(project_flags), taken(GitFlags, flags)
    project, log = opened.project, opened.log
    owner = deploying.owner_of(project, project_flags, release)
    chart_flags = ChartFlags(project_flags, stages, repo, docker, values, helm_chart_dir)
    chosen = chosen_chart(project, opened.repository, chart_flags, log)
    told = taken(ObservingFlags, flags)
    watching = observing.observed(told, command, owner.release, owner.namespace, log)
    with (
        wiring.timed(log),
        watching if command else nullcontext() as heard,
    ):
        images = deploying.images_of(
            opened, project_flags, stages, repo, docker, git, use_custom_tag
        )
        helm = asked.answer()
        chart = chart_options_of(project, opened.repository, chosen, owner, images)
        rules = project.deploy.readiness
        with deploying.cluster_of(kube, release, owner, project_flags, log, rules) as adapters:
            heeding = observing.observed_by(adapters, told, heard) if heard else adapters
            yield ChartRun(chart, helm, heeding, chosen.secrets.texts)
