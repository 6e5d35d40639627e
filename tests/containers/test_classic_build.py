"""The classic builder: what it gets, what it cannot do, and what its messages mean."""

from dataclasses import replace

import pytest

from tests.containers.dockerfiles import Asked
from werfish.containers.classic_build import arguments_of
from werfish.containers.classic_dockerfile import sent_text
from werfish.containers.classic_limits import classic_limits
from werfish.containers.classic_steps import Steps

TEXT = """\
ARG V=1
FROM busybox AS used
RUN one \\
  --two
FROM other AS unused
COPY x /
FROM \\
  used
RUN echo
CMD x
"""


def test_stages_are_labelled_and_those_not_needed_empty() -> None:
    assert sent_text(Asked(TEXT).request, {"k": "v", "l": "w"}).splitlines() == [
        "ARG V=1",
        "FROM busybox AS used",
        'LABEL "k"="v" "l"="w"',
        "RUN one \\",
        "  --two",
        "FROM scratch AS unused",
        "",
        "FROM \\",
        "  used",
        'LABEL "k"="v" "l"="w"',
        "RUN echo",
        "CMD x",
    ]


@pytest.mark.parametrize(
    ("line", "need"),
    [
        ("RUN --mount=type=cache,target=/x true", "RUN --mount"),
        ("RUN --network=none true", "RUN --network"),
        ("COPY --link a /", "COPY --link"),
        ("COPY --chmod=600 a /", "COPY --chmod"),
        ("COPY --parents a /", "COPY --parents"),
        ("ADD --checksum=sha256:1 https://x/ /", "ADD --checksum"),
        ("RUN <<EOF\nx\nEOF", "RUN with a here-document (<<EOF)"),
        ("HEALTHCHECK --start-interval=1s CMD x", "HEALTHCHECK --start-interval"),
        ("ONBUILD COPY --link a /", "COPY --link"),
        ("COPY --from=0 a /", "COPY from a stage that comes later (0)"),
    ],
)
def test_what_needs_buildkit_is_named_with_its_line(line: str, need: str) -> None:
    request = Asked(f"FROM busybox\n\n{line}\n").request
    assert classic_limits(request) == (f"Dockerfile:3: {need}",)


@pytest.mark.parametrize(
    "text",
    [
        "# syntax=docker/dockerfile:1.7\nFROM busybox\nCOPY --chown=a --from=b x /\n",
        "FROM a AS b\nRUN --mount=type=cache,target=/x true\nFROM busybox\n",
        "FROM --platform=linux/amd64 a\nHEALTHCHECK --interval=1s CMD x\n",
    ],
)
def test_what_does_not_need_it(text: str) -> None:
    assert classic_limits(Asked(text).request) == ()


def test_only_arguments_that_something_declares_are_sent() -> None:
    """What an ONBUILD declares is declared by who is built upon it."""
    text = "FROM a AS b\nARG ONE=1\nONBUILD ARG TWO\nARG TARGETARCH\nFROM b\n"
    args = (("ONE", "1"), ("TWO", "2"), ("THREE", "3"), ("http_proxy", "p"))
    request = replace(Asked(text).request, args=args)
    assert arguments_of(request, "linux/amd64") == {
        "ONE": "1", "TWO": "2", "TARGETARCH": "amd64", "http_proxy": "p",
    }  # fmt: skip


def test_another_front_end_needs_it() -> None:
    request = Asked("# syntax=example.com/own:1\nFROM busybox\n").request
    assert classic_limits(request) == ("Dockerfile:1: # syntax=example.com/own:1",)


def test_steps_are_shown_without_ours() -> None:
    asked = Asked(TEXT)
    steps = Steps(asked.request)
    for stream in ("Step 2/11 : FROM busybox AS used\n", " ---> 1\n", "Step 3/11 : LABEL k",
                   "=v\n ---> 2\n", "Step 4/11 : RUN one   --two\n", "out\r\n"):  # fmt: skip
        steps.feed({"stream": stream})
    steps.feed({"aux": {"ID": "sha256:1"}})
    assert asked.lines == [
        "Step 2/6 : FROM busybox AS used",
        " ---> 1",
        "Step 3/6 : RUN one   --two",
        "out",
    ]
    assert steps.image_id == "sha256:1"


def test_the_step_that_failed_is_known() -> None:
    steps = Steps(Asked(TEXT).request)
    said = ("Step 8/11 : RUN echo\n", " ---> Running in 1\n", "first\nlast")
    for stream in said:
        steps.feed({"stream": stream})
    error = steps.failure("The command '/bin/sh -c echo' returned a non-zero code: 3")
    assert (error.line, error.code, error.tail) == (9, 3, ("first", "last"))
