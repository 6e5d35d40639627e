"""A document of a Stapel image: built from a base, files of git and instructions."""

from stages.image import ImageSpec
from stages.overlaps import separated
from werfish.config import rules
from werfish.config.image_docker import DOCKER, runtime_settings_of
from werfish.config.image_git import GIT, git_mapping_of
from werfish.config.image_shell import SHELL, instructions_of
from werfish.config.nodes import (
    Scalar,
    Table,
    entry_of,
    scalars_of,
    table_of,
    tables_of,
    text_of,
    value_of,
)
from werfish.config.schema import Key, Section, Shape, later

OTHER_BASES = ("fromImage", "fromImageArtifact", "fromArtifact")
DOCKERFILE_KEYS = (
    *("dockerfile", "context", "target", "args", "addHost", "ssh", "staged"),
    *("contextAddFile", "contextAddFiles"),
)
"""The keys of a Dockerfile image that no other kind of image has."""

IMAGE = Section(
    (
        Key("image", Shape.TEXTS, rule=rules.not_empty),
        Key("from", rule=rules.not_empty, required=True, instead=OTHER_BASES),
        Key("fromCacheVersion"),
        Key("git", Shape.SECTIONS, GIT),
        Key("shell", Shape.SECTION, SHELL),
        Key("docker", Shape.SECTION, DOCKER),
        *later(*OTHER_BASES, "ansible", "mount", "import", "dependencies", "secrets", "imageSpec"),
        *later("cacheVersion", "platform", "network"),
        *later("fromLatest", "asLayers", "disableGitAfterPatch", harmless=("false",)),
        *later("final", harmless=("true",)),
        *later("herebyIAdmitThatFromLatestMightBreakReproducibility", harmless=("true", "false")),
    ),
    dict.fromkeys(DOCKERFILE_KEYS, 'it belongs to an image with "dockerfile" instead of "from"'),
)


def names_of(table: Table) -> tuple[Scalar, ...]:
    """Return the names of the images that *table* describes; the nameless one's is empty."""
    entry = entry_of(table, "image")
    if entry is None:
        return ()
    return scalars_of(table, "image") or (Scalar(entry.value.position, ""),)


def images_of(table: Table) -> tuple[ImageSpec, ...]:
    """Return the images that *table*, already checked, describes: one for each of its names."""
    shell = table_of(table, "shell")
    docker = value_of(table, "docker")
    return tuple(
        ImageSpec(
            name=name.text,
            base=text_of(table, "from"),
            base_cache_version=text_of(table, "fromCacheVersion"),
            cache_version=text_of(shell, "cacheVersion"),
            mappings=separated([git_mapping_of(mapping) for mapping in tables_of(table, "git")]),
            before_install=instructions_of(shell, "beforeInstall"),
            install=instructions_of(shell, "install"),
            before_setup=instructions_of(shell, "beforeSetup"),
            setup=instructions_of(shell, "setup"),
            runtime=runtime_settings_of(docker) if isinstance(docker, Table) else None,
            line=name.position.line,
        )
        for name in names_of(table)
    )
