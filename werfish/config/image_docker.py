"""``docker:`` of an image: how its containers start.

A text that is a JSON list of texts is that list, as in a Dockerfile, to which werf hands it.
"""

import json

from stages.image import RuntimeSettings
from werfish.config import rules
from werfish.config.nodes import Items, Table, pairs_of, text_of, texts_of, value_of
from werfish.config.schema import Key, Section, Shape

DOCKER = Section(
    (
        Key("VOLUME", Shape.TEXTS, summary="Mount points."),
        Key("EXPOSE", Shape.TEXTS, rule=rules.ports, summary="Ports, PORT or PORT/PROTOCOL."),
        Key("ENV", Shape.PAIRS, rule=rules.variable_name, summary="Variables."),
        Key("LABEL", Shape.PAIRS, rule=rules.variable_name, summary="Labels."),
        Key("CMD", Shape.TEXTS, summary="The command: a line for the shell, or a list of words."),
        Key("ENTRYPOINT", Shape.TEXTS, summary="The entry point, as CMD; alone it clears CMD."),
        Key("WORKDIR", summary="The working directory."),
        Key("USER", summary="The user, and the group after a colon."),
        Key(
            "HEALTHCHECK",
            rule=rules.health_check,
            summary="As in a Dockerfile: [OPTIONS] CMD command, or NONE.",
        ),
        Key(
            "exactValues",
            Shape.FLAG,
            summary="Of werf 2; without effect here, where values need no quotes in either case.",
        ),
    )
)


def runtime_settings_of(docker: Table) -> RuntimeSettings:
    """Return the settings that *docker*, already checked, describes.

    An entry point without a command clears the base image's command, as werf does.
    """
    entrypoint = _start(docker, "ENTRYPOINT")
    cmd = _start(docker, "CMD")
    return RuntimeSettings(
        volumes=_texts(docker, "VOLUME"),
        expose=texts_of(docker, "EXPOSE"),
        env=pairs_of(docker, "ENV"),
        labels=pairs_of(docker, "LABEL"),
        cmd=() if cmd is None and entrypoint is not None else cmd,
        entrypoint=entrypoint,
        workdir=text_of(docker, "WORKDIR") or None,
        user=text_of(docker, "USER") or None,
        healthcheck=text_of(docker, "HEALTHCHECK") or None,
    )


def _start(docker: Table, key: str) -> tuple[str, ...] | str | None:
    if isinstance(value_of(docker, key), Items):
        return texts_of(docker, key)
    text = text_of(docker, key)
    listed = _listed(text)
    return listed if listed is not None else text or None


def _texts(docker: Table, key: str) -> tuple[str, ...]:
    """Return the texts of *key*, which may be one JSON list of them."""
    listed = _listed(text_of(docker, key))
    return listed if listed is not None else texts_of(docker, key)


def _listed(text: str) -> tuple[str, ...] | None:
    """Return the words of *text* where it is a JSON list of texts."""
    if not text.lstrip().startswith("["):
        return None
    try:
        words = json.loads(text)
    except ValueError:
        return None
    return tuple(words) if all(isinstance(word, str) for word in words) else None
