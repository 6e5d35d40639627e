"""What Docker's classic builder cannot do, found in a Dockerfile before anything is sent. Pure."""

from collections.abc import Iterator

from stages.instruction import Instruction
from werfish.containers.classic_dockerfile import sent_instructions
from werfish.containers.dockerfile import DockerfileRequest

_FLAGS = {
    "FROM": {"platform"},
    "COPY": {"from", "chown"},
    "ADD": {"chown"},
    "HEALTHCHECK": {"interval", "timeout", "start-period", "retries"},
}
_OFFICIAL = ("docker/dockerfile", "docker.io/docker/dockerfile")


def classic_limits(request: DockerfileRequest) -> tuple[str, ...]:
    """Return what of *request* needs BuildKit, each with its line."""
    return tuple(dict.fromkeys(_limits(request)))


def _limits(request: DockerfileRequest) -> Iterator[str]:
    if request.syntax and request.syntax.partition(":")[0] not in _OFFICIAL:
        yield f"{request.path}:1: # syntax={request.syntax}"
    for one in sent_instructions(request):
        for need in _needs(one):
            yield f"{request.path}:{one.line}: {need}"
    if request.secrets:
        yield "secrets"
    if request.ssh:
        yield "ssh"


def _needs(instruction: Instruction) -> Iterator[str]:
    known = _FLAGS.get(instruction.name, set())
    for flag in instruction.flags:
        name = flag.removeprefix("--").partition("=")[0]
        if name not in known:
            yield f"{instruction.name} --{name}"
    if instruction.heredocs:
        yield f"{instruction.name} with a here-document (<<{instruction.heredocs[0][0]})"
