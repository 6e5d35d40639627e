"""Folders of a kit that no other test sees."""

from pathlib import Path

import pytest

from integration.kit.folders import Folders


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Return a state and a cache below the folder of the test."""
    return Folders(state=tmp_path / "state", cache=tmp_path / "cache")
