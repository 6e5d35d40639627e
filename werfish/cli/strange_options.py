"""What a command that does not know an option says: who does, or what serves instead of werf's."""

from collections.abc import Iterator

import click

MOST_COMMANDS = 4
_REPORT = "--report FILE, which also writes variables, by its name or with --report-format env"
_STAGES_AND_IMAGES = "--stages-storage for the stages with --images-repo for the images"
_LOGIN = "`docker login`, or a login in --docker-config or DOCKER_AUTH_CONFIG"
_NOTHING_IS_BUILT = "`werfish deploy`, which builds nothing and needs images that are published"
_KUBECONFIG = "a kubeconfig: --kube-config, --kube-config-base64 or KUBECONFIG"
SERVING = {
    "--build-report-path": _REPORT,
    "--build-report-format": _REPORT,
    "--save-build-report": _REPORT,
    "--use-build-report": _NOTHING_IS_BUILT,
    "--require-built-images": _NOTHING_IS_BUILT,
    "--skip-build": _NOTHING_IS_BUILT,
    "-Z": _NOTHING_IS_BUILT,
    "--final-repo": _STAGES_AND_IMAGES,
    "--final-repo-container-registry": _STAGES_AND_IMAGES,
    "--kube-api-server": _KUBECONFIG,
    "--kube-ca-path": _KUBECONFIG,
    "--kube-token": _KUBECONFIG,
    "--git-work-tree": "--dir, the project's folder",
    "--log-debug": "--log-verbose, and --trace FILE for the time of each step",
    "--atomic": "--auto-rollback",
    "-R": "--auto-rollback",
    "--git-history-synchronization": "--git-unshallow",
    **{
        f"--{repo}-{name}": _LOGIN
        for repo in ("repo", "images-repo", "stages-storage-repo")
        for name in (
            *("docker-hub-password", "docker-hub-token", "docker-hub-username", "github-token"),
            *("harbor-password", "harbor-username", "quay-token"),
        )
    },
}
"""Options of werf's that werfish lacks, and what does their work here."""


def advised(error: click.NoSuchOption, root: click.Group) -> click.NoSuchOption:
    """Return *error* with an advice, if there is one that is better than a similar name."""
    name = error.option_name
    others = list(_having(name, root, click.Context(root)))
    if others:
        more = ", …" if len(others) > MOST_COMMANDS else ""
        shown = ", ".join(f"'werfish {one}'" for one in others[:MOST_COMMANDS])
        told = f"{shown}{more} {'has' if len(others) == 1 else 'have'} it."
    elif name in SERVING:
        told = f"That is werf's; here there is {SERVING[name]}."
    else:
        return error
    return click.NoSuchOption(name, f"{error.message} {told}", ctx=error.ctx)


def _having(name: str, group: click.Group, context: click.Context) -> Iterator[str]:
    """Yield the commands that have the option *name*, in the order of the help."""
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        if isinstance(command, click.Group):
            yield from (f"{word} {below}" for below in _having(name, command, context))
        elif command is not None and any(name in one.opts for one in command.params):
            yield word
