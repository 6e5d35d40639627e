"""What holds for every backend that builds Dockerfiles."""

import pytest

from tests.containers.dockerfiles import Asked
from werfish.containers.backend import (
    Backend,
    LocalImage,
)
from werfish.containers.dockerfile import DockerfileFailedError


class DockerfileContract:
    """The laws of building Dockerfiles, on the fixtures of `BackendContract`."""

    def test_a_dockerfile_becomes_an_image_without_a_tag(
        self, backend: Backend, base: LocalImage, repository: str
    ) -> None:
        backend.tag(base, f"{repository}:from")
        text = f"FROM {repository}:from\nCOPY src/ /app\nCOPY src/a /a\nRUN echo ran > /ran\n"
        asked = Asked(text, files={"src/a": "1", "src/d/b": "2", "other": "3"})
        image = backend.build_dockerfile(asked.request)
        with backend.tree(image) as tree:
            paths = ["app/a", "app/d/b", "a", "ran", "other"]
            found = [tree.read(path) for path in paths]
        assert found == [b"1", b"2", b"1", b"ran\n", None]
        assert image.config.diff_ids[: len(base.config.diff_ids)] == base.config.diff_ids
        assert not set(image.config.labels) - set(base.config.labels)
        backend.discard(image)
        backend.settle()
        assert backend.inspect(image.id) is None

    def test_a_dockerfile_that_fails_says_where(
        self, backend: Backend, base: LocalImage, repository: str
    ) -> None:
        backend.tag(base, f"{repository}:from")
        text = f"FROM {repository}:from\n\nRUN echo said\nRUN echo last && exit 7\nRUN true\n"
        asked = Asked(text)
        with pytest.raises(DockerfileFailedError) as caught:
            backend.build_dockerfile(asked.request)
        assert (caught.value.line, caught.value.code, caught.value.tail) == (4, 7, ("last",))
        assert any("said" in line for line in asked.lines)
