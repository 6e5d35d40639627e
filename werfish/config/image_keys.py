"""The keys that every kind of image has."""

from werfish.config import rules
from werfish.config.image_settings import SETTINGS
from werfish.config.schema import Key, Section, Shape

NAME = Key(
    "image",
    Shape.TEXTS,
    rule=rules.not_blank,
    required=True,
    optional=True,
    summary="The name, several names, or ~ where only one is published.",
)
PLATFORM = Key("platform", Shape.TEXTS, rule=rules.platform, summary="Target platforms, os/arch.")
CACHE_VERSION = Key("cacheVersion", summary="Change it to build the image anew; of werf 2.")
PACKAGES = Key(
    "packages",
    Shape.SECTIONS,
    Section((), is_open=True),
    summary="Packages to install, of werf 2; an image that has them cannot be built yet.",
)
FINAL = Key("final", Shape.FLAG, default="true", summary="Whether the image is published.")
IMAGE_SPEC = Key(
    "imageSpec", Shape.SECTION, SETTINGS, summary="The finished image's configuration."
)
