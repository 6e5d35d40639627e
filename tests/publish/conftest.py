"""What tests of publishing stand on: a registry, and images to publish."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.registry import FakeRegistry, running
from tests.publish.workshop import Workshop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """Have a machine and an empty registry."""
    with running(FakeRegistry()) as registry:
        yield Workshop(registry, tmp_path)
