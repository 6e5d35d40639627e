"""What an image is built from, as the digests see it: checked, frozen, without I/O."""

from dataclasses import dataclass

from stages.mapping import GitMapping


@dataclass(frozen=True, slots=True)
class Instructions:
    """The user's own instructions of one stage: shell commands in their order.

    *cache_version* is the stage's own; *line* is where the commands stand in the configuration,
    and no part of the stage's identity.
    """

    commands: tuple[str, ...] = ()
    cache_version: str = ""
    lines: tuple[int, ...] = ()


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
    """One Stapel image. *name* is empty for the nameless image of a project.

    *base* is the reference as the user wrote it: it enters the digest so, and is resolved only
    when the ``from`` stage is built. *platform* is ``os/arch``.
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

    @property
    def title(self) -> str:
        """The name for people: ``~`` for the nameless image, as werf writes it."""
        return self.name or "~"
