"""Templates of tags, as v2 has them: ``%image%`` and the like are filled in by image. Pure."""

import re
from collections.abc import Mapping

from werfish.config.slug import docker_tag, limited
from werfish.publish.errors import TagError

NAMES = ("image", "image_slug", "image_safe_slug")
SHORTCUTS = (*NAMES, "image_content_based_tag")
_SHORTCUT = re.compile("%([^%]*)%")


def filled(template: str, image: str, signature: str) -> str:
    """Return *template* for *image* whose stages have *signature*."""
    values: Mapping[str, str] = {
        "image": image,
        "image_slug": limited(image),
        "image_safe_slug": docker_tag(image),
        "image_content_based_tag": signature,
    }
    return _SHORTCUT.sub(lambda match: values[match[1].strip()], checked_template(template))


def names_image(template: str) -> bool:
    """Tell whether the name of the image is filled into *template*, in any form."""
    return any(match[1].strip() in NAMES for match in _SHORTCUT.finditer(template))


def checked_template(template: str) -> str:
    """Return *template*; `TagError` where it has an unknown shortcut, or half of one."""
    for match in _SHORTCUT.finditer(template):
        if match[1].strip() not in SHORTCUTS:
            raise _wrong(template, f'there is no "{match[0]}"')
    if "%" in _SHORTCUT.sub("", template):
        raise _wrong(template, "a % is alone")
    return template


def _wrong(template: str, problem: str) -> TagError:
    known = ", ".join(f"%{name}%" for name in SHORTCUTS)
    return TagError(f'read the tag template "{template}": {problem}', hint=f"known: {known}")
