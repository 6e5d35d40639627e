"""What an image is built from, as the digests see it: checked, frozen, without I/O."""

from dataclasses import field

from stages.dependencies import Dependency
from stages.imports import Import
from stages.light_dataclass import dataclass
from stages.mapping import GitMapping
from stages.mount import Mount
from stages.secret import Secret
from stages.settings import ImageSettings

SCRATCH = "scratch"
"""The base image that is none; no registry has one of this name."""


@dataclass(frozen=True, slots=True)
class Instructions:
    """The user's own instructions of one stage: shell *commands*, or Ansible *tasks*, in order.

    A task is the JSON text of what the configuration says, with sorted keys. *cache_version* is
    the stage's own; *lines* is where each stands in the configuration, and no part of the stage's
    identity.
    """

    commands: tuple[str, ...] = ()
    cache_version: str = ""
    lines: tuple[int, ...] = ()
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """The ``docker:`` directives: how containers of the image start.

    ``None`` means that the base image's value stays. Commands are either the words of the exec
    form, or ``("/bin/sh", "-c", text)`` made from a line by whoever writes the image:
    *cmd* and *entrypoint* keep what the user wrote as a tuple, and a single line as a string.
    """

    volumes: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    cmd: tuple[str, ...] | str | None = None
    entrypoint: tuple[str, ...] | str | None = None
    workdir: str | None = None
    user: str | None = None
    healthcheck: str | None = None


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """One Stapel image or artifact. *name* is empty for the nameless image of a project.

    *base* is the reference as the user wrote it: it enters the digest so, and is resolved only
    when the ``from`` stage is built, unless it *follows* its tag (``fromLatest``). It is empty
    where *base_image*, another image or artifact of the project, is built upon. *platform* is
    ``os/arch``, *platforms* what the user asks for, none for this machine's.
    *definition_version* is the image's own ``cacheVersion`` (that of instructions is
    *cache_version*). Of an image that is not *is_final*, as of an artifact, nothing is published.
    """

    name: str
    base: str
    base_cache_version: str = ""
    cache_version: str = ""
    mappings: tuple[GitMapping, ...] = ()
    before_install: Instructions = Instructions()
    install: Instructions = Instructions()
    before_setup: Instructions = Instructions()
    setup: Instructions = Instructions()
    runtime: RuntimeSettings | None = None
    platform: str = "linux/amd64"
    line: int = 0
    base_image: str = ""
    follows: bool = False
    definition_version: str = ""
    imports: tuple[Import, ...] = ()
    mounts: tuple[Mount, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    secrets: tuple[Secret, ...] = ()
    settings: ImageSettings | None = None
    platforms: tuple[str, ...] = ()
    network: str = ""
    is_artifact: bool = False
    is_final: bool = True
    as_layers: bool = False
    git_stays: bool = False
    """``disableGitAfterPatch``: no later change of git comes in after the last instructions."""
    key_lines: tuple[tuple[str, int], ...] = field(default=(), compare=False, repr=False)

    @property
    def title(self) -> str:
        """The name for people: ``~`` for the nameless image, as werf writes it."""
        return self.name or "~"

    def line_of(self, key: str) -> int:
        """Return the line of *key* in the configuration, else that of the image."""
        return dict(self.key_lines).get(key, self.line)

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the project's images that this one is made from, each once, in order."""
        imported = (one.image for one in self.imports)
        informed = (one.image for one in self.dependencies)
        return tuple(dict.fromkeys(filter(None, (self.base_image, *imported, *informed))))
