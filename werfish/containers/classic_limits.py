"""What Docker's classic builder cannot do, found in a Dockerfile before anything is sent. Pure."""

from collections.abc import Iterator

from stages.build_stages import build_stages, find_stage, sources_of
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
        for each in (one, *one.triggers):
            for need in _needs(each):
                yield f"{request.path}:{one.line}: {need}"
    for line, need in _later_stages(request):
        yield f"{request.path}:{line}: {need}"
    if request.secrets:
        yield "secrets"
    if request.ssh:
        yield "ssh"


def _later_stages(request: DockerfileRequest) -> Iterator[tuple[int, str]]:
    stages = build_stages(request.instructions)
    for stage in stages:
        if stage.index not in request.stages:
            continue
        for one in stage.instructions:
            for name in sources_of(one):
                is_later = find_stage(name, stages[: stage.index]) is None
                if is_later and find_stage(name, stages) is not None:
                    yield one.line, f"{one.name} from a stage that comes later ({name})"


def _needs(instruction: Instruction) -> Iterator[str]:
    known = _FLAGS.get(instruction.name, set())
    for flag in instruction.flags:
        name = flag.removeprefix("--").partition("=")[0]
        if name not in known:
            yield f"{instruction.name} --{name}"
    if instruction.heredocs:
        yield f"{instruction.name} with a here-document (<<{instruction.heredocs[0][0]})"
