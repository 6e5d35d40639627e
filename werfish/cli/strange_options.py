"""What a command that does not know an option says: who does, or what serves instead of werf's."""

from collections.abc import Iterator

import click

MOST_COMMANDS = 4
_NO_NEED = ("--require-built-images", "--skip-build", "--use-build-report", "-Z")
"""Of werf 2, whose commands build unless they are told not to."""
_LEFT_OUT = {
    "--disable-auto-host-cleanup": "nothing of the host is removed by itself",
    "--skip-image-spec-stage": "an image without imageSpec has no such stage",
}
_REGISTRY, _LOGIN = "--docker-config", "`docker login`, or a login in --docker-config"
_PASSWORDS = (
    *("docker-hub-password", "docker-hub-token", "docker-hub-username", "github-token"),
    *("harbor-password", "harbor-username", "quay-token"),
)
SERVING = {
    "--build-report-path": ("--report", "--report FILE"),
    "--build-report-format": ("--report", "--report-format"),
    "--save-build-report": ("--report", "--report FILE"),
    "--final-repo": ("--images-repo", "--images-repo, with --stages-storage for the stages"),
    "--final-repo-container-registry": ("--images-repo", "--images-repo-implementation"),
    "--kube-api-server": ("--kube-config", "a kubeconfig: --kube-config or KUBECONFIG"),
    "--kube-ca-path": ("--kube-config", "a kubeconfig: --kube-config or KUBECONFIG"),
    "--kube-token": ("--kube-config", "a kubeconfig: --kube-config or KUBECONFIG"),
    "--git-work-tree": ("--dir", "--dir, the project's folder"),
    "--log-debug": ("--log-verbose", "--log-verbose"),
    "--atomic": ("--auto-rollback", "--auto-rollback"),
    "--tag": ("--tag-custom", "--tag-custom"),
    "-R": ("--auto-rollback", "--auto-rollback"),
    "--git-history-synchronization": ("--git-unshallow", "--git-unshallow"),
    **{
        f"--{repo}-{name}": (_REGISTRY, _LOGIN)
        for repo in ("repo", "images-repo", "stages-storage-repo")
        for name in _PASSWORDS
    },
}
"""Options of werf's that werfish lacks: the option here that does their work, and how to say it."""


def advised(error: click.NoSuchOption, root: click.Group) -> click.NoSuchOption:
    """Return *error* with an advice, if there is one that is better than a similar name."""
    name = error.option_name
    told = ""
    if name in _NO_NEED:
        told = _without_building(error.ctx)
    elif name in _LEFT_OUT:
        told = f"That is werf's; leave it out: {_LEFT_OUT[name]}."
    elif name in SERVING:
        told = _serving(*SERVING[name], error.ctx, root)
    elif name.startswith("--"):
        others = _commands_having(name, root)
        told = f"{others} it." if others else ""
    return click.NoSuchOption(name, f"{error.message} {told}", ctx=error.ctx) if told else error


def _without_building(context: click.Context | None) -> str:
    """Tell what builds nothing; keys for ssh are an option of what runs instructions."""
    if context is None or not _has(context.command, "--ssh-key"):
        return "That is werf's; leave it out: this command builds nothing."
    if _has(context.command, "--dry-run"):
        return "That is werf's; here there is --dry-run."
    return "That is werf's; here `werfish deploy` and `werfish publish` build nothing."


def _serving(option: str, said: str, context: click.Context | None, root: click.Group) -> str:
    if context is not None and _has(context.command, option):
        return f"That is werf's; here there is {said}."
    others = _commands_having(option, root)
    return f"That is werf's; here there is {said}: {others} it." if others else ""


def _commands_having(option: str, root: click.Group) -> str:
    """Return the first commands that have *option*, with the verb; empty where none has."""
    found = list(_having(option, root, click.Context(root)))
    shown = ", ".join(f"'werfish {one}'" for one in found[:MOST_COMMANDS])
    more = ", …" if len(found) > MOST_COMMANDS else ""
    return f"{shown}{more} {'has' if len(found) == 1 else 'have'}" if found else ""


def _having(option: str, group: click.Group, context: click.Context) -> Iterator[str]:
    """Yield the commands that have *option*, in the order of the help."""
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        if isinstance(command, click.Group):
            yield from (f"{word} {below}" for below in _having(option, command, context))
        elif command is not None and _has(command, option):
            yield word


def _has(command: click.Command, option: str) -> bool:
    return any(option in one.opts for one in command.params)
