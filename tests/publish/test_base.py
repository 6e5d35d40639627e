"""A base image's blobs are asked for where they were pulled from."""

import pytest

from werfish.publish.base import base_source

DIGEST = f"sha256:{'ab' * 32}"


@pytest.mark.parametrize(
    ("base", "mirrors", "source"),
    [
        ("busybox:1.35", (), f"docker.io/library/busybox@{DIGEST}"),
        ("busybox:1.35", ("m.example:5000", "n"), f"m.example:5000/library/busybox@{DIGEST}"),
        ("r.example/app:1", ("m.example",), f"r.example/app@{DIGEST}"),
        (f"r.example/app@{DIGEST}", (), f"r.example/app@{DIGEST}"),
    ],
)
def test_source(base: str, mirrors: tuple[str, ...], source: str) -> None:
    assert str(base_source(base, DIGEST, mirrors)) == source


@pytest.mark.parametrize(("base", "digest"), [("busybox", ""), ("Not/A name", DIGEST)])
def test_image_of_this_host_has_no_source(base: str, digest: str) -> None:
    assert base_source(base, digest) is None
