"""What builders say of a Dockerfile, told with its line and with what to do."""

import pytest

from tests.containers.dockerfiles import Asked
from werfish.containers.dockerfile import DockerfileFailedError

HEREDOC = "FROM base\nRUN <<EOF\necho\nEOF\n"
OLD = "failed to create LLB definition: dockerfile parse error line 3: unknown instruction: ECHO"
NEW = "failed to solve: dockerfile parse error on line 2: unknown flag: --intervall"
REF = "failed to compute cache key: failed to calculate checksum of ref a::b: "
WALK = "failed to walk /var/lib/docker/tmp/x/src: lstat /var/lib/x: no such file or directory"


@pytest.mark.parametrize(
    ("text", "said", "told", "advice"),
    [
        pytest.param(
            HEREDOC,
            OLD,
            "Dockerfile:3: unknown instruction: ECHO",
            "syntax=docker/dockerfile:1",
            id="here-document",
        ),
        pytest.param(
            "FROM base\nHEALTHCHECK --intervall=1s CMD true\n",
            NEW,
            "Dockerfile:2: unknown flag: --intervall",
            "mend the instruction",
            id="flag",
        ),
        pytest.param(
            "FROM base\nCOPY z /\n",
            f'{REF}"/z": not found',
            'Dockerfile: "/z" is not in the context',
            ".dockerignore",
            id="not-in-the-context",
        ),
        pytest.param(
            "FROM base\nCOPY z /\n",
            f'{REF}"/z" not found: not found',
            'Dockerfile: "/z" is not in the context',
            ".dockerignore",
            id="not-in-the-context-by-dockers",
        ),
        pytest.param(
            "FROM base\nCOPY z /\n",
            WALK,
            "Dockerfile: what it takes is not in the context",
            "commit it",
            id="folder-not-in-the-context",
        ),
        pytest.param(
            "FROM base\n", "odd", "Dockerfile: the builder failed", "mend", id="anything-else"
        ),
    ],
)
def test_what_a_builder_says_is_told(text: str, said: str, told: str, advice: str) -> None:
    request = Asked(text).request
    error = DockerfileFailedError(request, "the builder failed", tail=("#1 noise", said))
    assert str(error).splitlines()[0].endswith(f'stage "dockerfile": {told}')
    assert advice in error.hint
    assert ("noise" in str(error)) is (said == "odd")


def test_a_command_that_says_such_things_is_still_a_command() -> None:
    request = Asked("FROM base\nRUN build\n").request
    error = DockerfileFailedError(
        request, "failed", instruction=request.instructions[1], code=1, tail=(NEW, WALK)
    )
    assert "Dockerfile:2: ended with exit code 1" in str(error)
    assert WALK in str(error)
    assert "mend the instruction" in error.hint
