"""The ``imageSpec`` stage: the configuration of the finished image, in OCI's terms."""

import json
from dataclasses import asdict, is_dataclass

from stages.digest import Part
from stages.settings import ImageSettings

MEANING = "2"
"""To be changed with what becomes of the same settings, so that images are configured anew."""


def settings_parts(settings: ImageSettings) -> tuple[Part, ...]:
    """Return the parts of *settings*, one for each field that says something, and `MEANING`."""
    defaults = ImageSettings()
    said = (
        Part("setting", name, _text(getattr(settings, name)))
        for name in ImageSettings.__match_args__
        if getattr(settings, name) != getattr(defaults, name)
    )
    return (Part("setting", "meaning", MEANING), *said)


def _text(value: object) -> str:
    """Write *value* so that no two values of one field are the same text."""
    plain = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    return json.dumps(plain, sort_keys=True, ensure_ascii=False)
