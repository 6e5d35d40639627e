"""What was published, for programs: werf's JSON, or variables for a shell. Pure.

Of several tags of an image the last one is told, as werf does.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import StrEnum

from werfish.publish.request import PublishedImage


class ReportFormat(StrEnum):
    """The words of ``--publish-report-format``."""

    JSON = "json"
    ENV = "env"


def publish_report(images: Sequence[PublishedImage], form: ReportFormat) -> str:
    """Return the report of *images* in *form*."""
    last = {image.name: image for image in images}
    match form:
        case ReportFormat.JSON:
            document = {"Images": {name: _fields(image) for name, image in last.items()}}
            return json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n"
        case ReportFormat.ENV:
            return "".join(line for image in last.values() for line in _lines(image))


def clashes(images: Sequence[PublishedImage]) -> Iterator[str]:
    """Say which of *images* have the same variables: those of the last are left."""
    names = defaultdict[str, dict[str, None]](dict)
    for image in images:
        names[_prefix(image)][image.name] = None
    for prefix, shared in names.items():
        if len(shared) > 1:
            named = ", ".join(f'"{name}"' for name in shared)
            yield f"images {named} share {prefix}DOCKER_IMAGE_NAME and its like: the last one's"


def _fields(image: PublishedImage) -> dict[str, str]:
    return {
        "WerfImageName": image.name,
        "DockerRepo": image.repository,
        "DockerTag": image.tag,
        "DockerImageID": image.image_id,
        "DockerImageDigest": image.digest,
        "DockerImageName": image.reference,
    }


def _lines(image: PublishedImage) -> Iterator[str]:
    prefix = _prefix(image)
    for field, value in _fields(image).items():
        yield f"{prefix}{_variable_of(field)}={value}\n"


def _prefix(image: PublishedImage) -> str:
    name = re.sub(r"[^A-Z0-9_]", "_", image.name.upper())
    return f"WERF_{name}_" if name else "WERF_"


def _variable_of(field: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field).upper()
