"""``werfish slugify``."""

import click

from werfish.cli import output
from werfish.cli.options import WerfCommand, option

FORMATS = (
    "docker-tag", "tag", "helm-release", "r", "kubernetes-namespace", "ns",
)  # fmt: skip


@click.command("slugify", cls=WerfCommand)
@click.argument("text", metavar="STRING")
@option(
    "--format",
    "-f",
    "kind",
    type=click.Choice(FORMATS),
    required=True,
    help="What the name is for: a docker tag, a Helm release or a Kubernetes namespace.",
)
def command(text: str, kind: str) -> None:
    """Print STRING as a name that fits: unchanged where it does, else with a hash of it."""
    from werfish.config import slug

    make = {
        "docker-tag": slug.docker_tag,
        "tag": slug.docker_tag,
        "helm-release": slug.helm_release,
        "r": slug.helm_release,
        "kubernetes-namespace": slug.kubernetes_namespace,
        "ns": slug.kubernetes_namespace,
    }[kind]
    output.lines([make(text)])
