"""The ``dockerInstructions`` stage: how containers of the image start."""

from stages.digest import Part
from stages.image import RuntimeSettings


def runtime_parts(settings: RuntimeSettings) -> tuple[Part, ...]:
    """Return the parts of the ``docker:`` directives; what is not given is no part."""
    parts = [Part("VOLUME", "", volume) for volume in settings.volumes]
    parts += [Part("EXPOSE", "", port) for port in settings.expose]
    parts += [Part("ENV", name, value) for name, value in sorted(settings.env)]
    parts += [Part("LABEL", name, value) for name, value in sorted(settings.labels)]
    parts += _command_parts("CMD", settings.cmd)
    parts += _command_parts("ENTRYPOINT", settings.entrypoint)
    scalars = (
        ("WORKDIR", settings.workdir),
        ("USER", settings.user),
        ("HEALTHCHECK", settings.healthcheck),
    )
    parts += [Part(name, "", value) for name, value in scalars if value is not None]
    return tuple(parts)


def _command_parts(name: str, command: tuple[str, ...] | str | None) -> list[Part]:
    if command is None:
        return []
    if isinstance(command, str):
        return [Part(name, "shell", command)]
    words = [Part(name, f"exec {index}", word) for index, word in enumerate(command)]
    return words or [Part(name, "exec", "")]
