"""What a project's configuration says, checked and frozen."""

from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stages.dockerfile import DockerfileSpec
from stages.image import ImageSpec
from stages.light_dataclass import dataclass
from stages.settings import ImageSettings
from werfish.config.source_lines import AS_WRITTEN, SourceLines

if TYPE_CHECKING:
    from werfish.kube.status_rule import StatusRule

Image = ImageSpec | DockerfileSpec
"""An image or artifact of a project."""


@dataclass(frozen=True, slots=True)
class DeploySettings:
    """How the release and its namespace are named: templates with ``[[ ]]``, empty by default.

    Where a flag is set, a name that would not fit is made into a slug. *chart_directory* is a path
    in the project's folder; *app_version* stands in for the chart's, where it is not empty.
    *readiness* says when the project's own kinds of resources are ready.
    """

    helm_release: str = ""
    helm_release_slug: bool = True
    namespace: str = ""
    namespace_slug: bool = True
    chart_directory: str = ".helm"
    app_version: str = ""
    readiness: "tuple[StatusRule, ...]" = ()


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """What holds for all images that say nothing else of their own."""

    cache_version: str = ""
    platforms: tuple[str, ...] = ()
    is_staged: bool = False
    settings: ImageSettings | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """The *last* so many, those *within* so many seconds, or both; ``None`` sets no limit.

    ``last`` may be -1, which sets none either, and 0, which leaves nothing.
    """

    last: int | None = None
    within: float | None = None
    needs_both: bool = True


@dataclass(frozen=True, slots=True)
class References:
    """Either branches of ``origin`` or tags: a name, or a Go regular expression in slashes."""

    branch: str = ""
    tag: str = ""
    limit: Limit = Limit()


@dataclass(frozen=True, slots=True)
class KeepPolicy:
    """Which images stay: so many for each of the references."""

    references: References
    images_per_reference: Limit = Limit()


@dataclass(frozen=True, slots=True)
class CleanupSettings:
    """Which published images stay; without policies werf's own hold."""

    keep_policies: tuple[KeepPolicy, ...] = ()
    is_disabled: bool = False
    ignores_clusters: bool = False
    ignores_git: bool = False
    built_within_hours: int = 2


@dataclass(frozen=True, slots=True)
class GitWorktreeSettings:
    """What may be done with the clone that the project is built from."""

    is_shallow_allowed: bool = False
    may_unshallow: bool = False
    may_fetch: bool = True


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its *name*, and the images and artifacts in the order of the file.

    *directory* is the project's folder, *path* the configuration's as messages show it. The lines
    of images and instructions count in the rendered text; *lines* says where each came from.
    """

    name: str
    directory: Path
    path: str
    images: tuple[Image, ...] = ()
    deploy: DeploySettings = DeploySettings()
    cleanup: CleanupSettings = CleanupSettings()
    build: BuildSettings = BuildSettings()
    git_worktree: GitWorktreeSettings = GitWorktreeSettings()
    lines: SourceLines = field(default=AS_WRITTEN, compare=False, repr=False)

    @property
    def final_images(self) -> tuple[Image, ...]:
        """The images that are published and deployed."""
        return tuple(image for image in self.images if image.is_final)

    def place_of(self, line: int) -> str:
        """Return where *line* of the rendered configuration was written, as ``file:line``."""
        return str(self.lines.place_of(line, self.path))


def for_platforms(project: Project, platforms: tuple[str, ...]) -> Project:
    """Return *project* with every image for *platforms*, whatever it says itself."""
    images = tuple(replace(image, platforms=platforms) for image in project.images)
    return replace(project, images=images)
