"""What each stage of an image was made of, for the reason that the next build gives.

A record is a convenience: without it, or with a broken one, a build only says less.
"""

import json
from collections.abc import Mapping
from pathlib import Path
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
            document = json.loads(self._path(project, image).read_bytes())
            return {
                str(stage): tuple(Part(*map(str, part)) for part in parts)
                for stage, parts in document.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def remember_parts(
        self, project: str, image: str, parts: Mapping[str, tuple[Part, ...]]
    ) -> None:
        """Replace what is remembered of *image*; what is remembered already is not written."""
        if dict(parts) != self.parts_of(project, image):
            document = {
                stage: [[part.kind, part.name, part.value] for part in of_stage]
                for stage, of_stage in parts.items()
            }
            write_whole(self._path(project, image), json.dumps(document).encode())

    def _path(self, project: str, image: str) -> Path:
        name = f"image-{quote(image, safe='')}.json"
        return self._folder / quote(project, safe="") / "parts" / name
