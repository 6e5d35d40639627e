"""Folders of the host that instructions see and the image never holds."""

from enum import StrEnum

from stages.light_dataclass import dataclass


class MountKind(StrEnum):
    """What a mount shows, in werf's words: its life is that of an image, a project, or its own."""

    TMP_DIR = "tmp_dir"
    BUILD_DIR = "build_dir"
    CUSTOM_DIR = "custom_dir"


@dataclass(frozen=True, slots=True)
class Mount:
    """One entry of ``mount:``. *to* is absolute and clean; *path* is a custom one's on the host."""

    to: str
    kind: MountKind
    path: str = ""
