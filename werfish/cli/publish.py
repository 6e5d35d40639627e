"""``werfish publish``."""

from typing import Any

import click

from werfish.cli import wiring
from werfish.cli.flags import (
    DockerFlags,
    GitFlags,
    ProjectFlags,
    RepoFlags,
    SshFlags,
    StagesFlags,
    taken,
)
from werfish.cli.option_groups import (
    build_options,
    docker_options,
    git_options,
    images_repo_options,
    log_options,
    project_options,
    stages_options,
    tag_options,
)
from werfish.cli.options import WerfCommand, grouped
from werfish.cli.surroundings import Wanted

publish_options = grouped(
    click.argument("images", nargs=-1, metavar="[IMAGE]..."),
    stages_options,
    images_repo_options,
    tag_options,
    build_options,
    git_options,
    project_options,
    docker_options,
    log_options,
)


@click.command("publish", cls=WerfCommand)
@publish_options
def command(images: tuple[str, ...], **flags: Any) -> None:
    """Publish all images, or each IMAGE, whose stages are built; nothing is built."""
    run(images, flags, may_build=False)


def run(images: tuple[str, ...], flags: dict[str, Any], *, may_build: bool) -> None:
    """Publish, after building where *may_build*."""
    from werfish.actions.build import BuildOptions, build, check_built
    from werfish.actions.publish import check_names, publish

    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    options = wiring.publish_options_of(taken(RepoFlags, flags), stages, docker)
    make = build if may_build else check_built
    project_flags, git = taken(ProjectFlags, flags), taken(GitFlags, flags)
    wanted = Wanted(taken(SshFlags, flags)) if may_build else None
    with wiring.building(project_flags, stages, docker, git, wanted=wanted) as opened:
        project, adapters, host = opened
        check_names(project, images, options)
        chains = make(project, BuildOptions(images, stages.workers), adapters)
        publish(project, chains, options, adapters.storage, host.carrier)
