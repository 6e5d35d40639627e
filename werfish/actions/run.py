"""Run a container of an image whose stages are built: ``docker run`` of its last stage."""

from stages.light_dataclass import dataclass
from werfish.errors import ConfigError

SHELL = ("-ti", "--rm", "--entrypoint", "/bin/sh")
BASH = ("-ti", "--rm", "--entrypoint", "/bin/bash")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """*options* are those of ``docker run``, *command* what runs in the container.

    *shell* and *bash* ask for an interactive shell instead of the image's entry point.
    """

    options: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    shell: bool = False
    bash: bool = False


def run_line(image: str, options: RunOptions) -> tuple[str, ...]:
    """Return the command line of the docker program that runs *image*."""
    if options.shell and options.bash:
        raise ConfigError("run the image: --shell and --bash exclude each other")
    if (options.shell or options.bash) and (options.options or options.command):
        raise ConfigError(
            "run the image: --shell and --bash exclude --docker-options and a command"
        )
    interactive = SHELL if options.shell else BASH if options.bash else ()
    return ("docker", "run", *options.options, *interactive, image, *options.command)
