"""What a project's configuration says, checked and frozen."""

from dataclasses import dataclass
from pathlib import Path

from stages.image import ImageSpec


@dataclass(frozen=True, slots=True)
class DeploySettings:
    """How the release and its namespace are named: templates with ``[[ ]]``, empty by default.

    Where a flag is set, a name that would not fit is made into a slug.
    """

    helm_release: str = ""
    helm_release_slug: bool = True
    namespace: str = ""
    namespace_slug: bool = True


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its *name*, and the images in the order of the file.

    *directory* is the project's folder, *path* the configuration's as messages show it.
    """

    name: str
    directory: Path
    path: str
    images: tuple[ImageSpec, ...] = ()
    deploy: DeploySettings = DeploySettings()
