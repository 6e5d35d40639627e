"""What each stage of an image was made of, for the reason that the next build gives.

A record is a convenience: without it, or with a broken one, a build only says less.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from stages.digest import Part
from werfish.containers.atomic_file import write_whole


class PartsRecords:
    """One file for each image, in folder *folder*."""

    def __init__(self, folder: Path) -> None:
        """Use *folder*, made with the first record."""
        self._folder = folder

    def parts_of(self, project: str, image: str) -> dict[str, tuple[Part, ...]]:
        """Return what was remembered of *image*, by stage; empty where nothing was."""
        try:
            return decode_parts(json.loads(self._path(project, image).read_bytes()))
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def remember_parts(
        self, project: str, image: str, parts: Mapping[str, tuple[Part, ...]]
    ) -> None:
        """Replace what is remembered of *image*; what is remembered already is not written."""
        if dict(parts) != self.parts_of(project, image):
            write_whole(self._path(project, image), json.dumps(encode_parts(parts)).encode())

    def _path(self, project: str, image: str) -> Path:
        name = f"image-{quote(image, safe='')}.json"
        return self._folder / quote(project, safe="") / "parts" / name


def encode_parts(parts: Mapping[str, tuple[Part, ...]]) -> dict[str, list[list[str]]]:
    """Return the document of *parts*."""
    return {
        stage: [[part.kind, part.name, part.value] for part in of_stage]
        for stage, of_stage in parts.items()
    }


def decode_parts(document: Any) -> dict[str, tuple[Part, ...]]:
    """Read what `encode_parts` wrote; TypeError, ValueError or AttributeError for anything else."""
    return {
        str(stage): tuple(Part(*map(str, part)) for part in parts)
        for stage, parts in document.items()
    }
