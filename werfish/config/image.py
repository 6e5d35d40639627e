"""A document of a Stapel image or artifact: built from a base, files of git and instructions."""

from collections.abc import Container, Iterator

from stages.image import SCRATCH, ImageSpec, Instructions
from stages.imports import Import
from stages.mapping import GitMapping
from stages.overlaps import clashes, separated
from stages.settings import merged
from werfish.config import rules
from werfish.config.image_ansible import ANSIBLE, ansible_instructions_of
from werfish.config.image_dependencies import (
    STAPEL_DEPENDENCY,
    dependency_findings,
    dependency_of,
)
from werfish.config.image_docker import DOCKER, runtime_settings_of
from werfish.config.image_git import GIT, git_mapping_of
from werfish.config.image_import import IMPORT, import_of
from werfish.config.image_keys import CACHE_VERSION, FINAL, IMAGE_SPEC, NAME, PACKAGES, PLATFORM
from werfish.config.image_mount import MOUNT, mount_findings, mount_of
from werfish.config.image_secrets import SECRET, secret_findings, secret_of
from werfish.config.image_settings import image_settings_of
from werfish.config.image_shell import SHELL, instructions_of
from werfish.config.model import BuildSettings
from werfish.config.nodes import (
    Scalar,
    Table,
    entry_of,
    flag_of,
    is_null,
    key_lines_of,
    scalars_of,
    table_of,
    tables_of,
    text_of,
    texts_of,
    value_of,
)
from werfish.config.schema import Choice, Finding, Key, Section, Shape

OTHER_BASES = ("fromImage", "fromImageArtifact", "fromArtifact")
ADMITS_LATEST = "herebyIAdmitThatFromLatestMightBreakReproducibility"
DOCKERFILE_KEYS = (
    *("dockerfile", "context", "target", "args", "addHost", "ssh", "staged"),
    *("contextAddFile", "contextAddFiles"),
)
"""The keys of a Dockerfile image that no other kind of image has."""


def _judged(table: Table) -> Iterator[Finding]:
    latest = value_of(table, "fromLatest")
    follows = flag_of(table, "fromLatest", default=False)
    if latest and follows and not flag_of(table, ADMITS_LATEST, default=False):
        text = f'the base moves on by itself; admit that by "{ADMITS_LATEST}: true"'
        yield Finding(latest, "fromLatest", text)
    yield from mount_findings(tables_of(table, "mount"))
    yield from secret_findings(tables_of(table, "secrets"))
    yield from dependency_findings(tables_of(table, "dependencies"))
    yield from _overlap_findings(table)


def _overlap_findings(table: Table) -> Iterator[Finding]:
    """Find git mappings and imports that bring the same, so that nothing tells them apart."""
    git, imports = tables_of(table, "git"), tables_of(table, "import")
    paths = [f"git[{number}]" for number in range(len(git))]
    paths += [f"import[{number}]" for number in range(len(imports))]
    placed: list[GitMapping | Import] = [*map(git_mapping_of, git)]
    placed += [import_of(one, ()) for one in imports]
    firsts = {second: first for first, second in reversed(clashes(placed))}
    for second, first in sorted(firsts.items()):
        text = f"it brings the same as {paths[first]}; tell them apart by to or includePaths"
        yield Finding((*git, *imports)[second], paths[second], text)


_ARTIFACT_NAME = Key(
    "artifact", rule=rules.not_empty, required=True, summary="The name of the artifact."
)
_COMMON_KEYS = (
    Key(
        "from",
        rule=rules.not_empty,
        summary="The base image: of this project or of a registry, or scratch.",
    ),
    Key("fromImage", rule=rules.not_empty, summary="An image of this project as the base."),
    Key(
        "fromImageArtifact",
        rule=rules.not_empty,
        old='artifacts as a base are deprecated in werf: make it an image and write "fromImage"',
        summary="An artifact as the base.",
    ),
    Key("fromArtifact", rule=rules.not_empty, summary="An artifact as the base, in werf 2."),
    Key("fromLatest", Shape.FLAG, default="false", summary="Follow the tag of the base image."),
    Key(ADMITS_LATEST, Shape.FLAG, summary="Needed for fromLatest."),
    Key("fromCacheVersion", summary="Change it to build the image anew."),
    CACHE_VERSION,
    PACKAGES,
    PLATFORM,
    Key("git", Shape.SECTIONS, GIT, summary="Files of git repositories."),
    Key("shell", Shape.SECTION, SHELL, summary="Commands of the shell."),
    Key("ansible", Shape.SECTION, ANSIBLE, summary="Tasks of Ansible."),
    Key("network", summary="The network of the instructions."),
    Key("mount", Shape.SECTIONS, MOUNT, summary="Folders that only instructions see."),
    Key("import", Shape.SECTIONS, IMPORT, summary="Files of other images."),
    Key("secrets", Shape.SECTIONS, SECRET, summary="What only instructions may read."),
    Key(
        "dependencies",
        Shape.SECTIONS,
        STAPEL_DEPENDENCY,
        summary="Images of this project that come first.",
    ),
    Key("asLayers", Shape.FLAG, default="false", summary="One layer for each instruction."),
    Key(
        "disableGitAfterPatch",
        Shape.FLAG,
        default="false",
        summary="Bring no change of git in after the last instructions.",
    ),
)
_BUILDERS = Choice(("shell", "ansible"))
_ELSEWHERE = dict.fromkeys(
    DOCKERFILE_KEYS, 'it belongs to an image with "dockerfile" instead of "from"'
)
IMAGE = Section(
    (
        NAME,
        *_COMMON_KEYS,
        Key("docker", Shape.SECTION, DOCKER, summary="How containers of the image start."),
        IMAGE_SPEC,
        FINAL,
    ),
    _ELSEWHERE,
    (
        Choice(("from", *OTHER_BASES), required=True, wanted=("from", "fromImage", "dockerfile")),
        _BUILDERS,
        Choice(("imageSpec", "docker")),
    ),
    judge=_judged,
    is_judged_in_part=True,
)
_NEVER_FINAL = Key(
    "final",
    Shape.FLAG,
    default="false",
    summary="An artifact is never published.",
)
ARTIFACT = Section(
    (_ARTIFACT_NAME, _NEVER_FINAL, *_COMMON_KEYS),
    {
        **_ELSEWHERE,
        "image": "a document describes an image or an artifact; keep one of the names",
        **dict.fromkeys(
            ("docker", "imageSpec"),
            "an artifact is never run or published; only images have it",
        ),
    },
    (Choice(("from", *OTHER_BASES), required=True, wanted=("from", "fromImage")), _BUILDERS),
    judge=_judged,
    is_judged_in_part=True,
)


def names_of(table: Table) -> tuple[Scalar, ...]:
    """Return the names of the images that *table* describes; the nameless one's is empty."""
    for key in ("artifact", "image"):
        entry = entry_of(table, key)
        if entry is not None:
            named = tuple(one for one in scalars_of(table, key) if not is_null(one))
            return named or (Scalar(entry.value.position, ""),)
    return ()


def own_base(table: Table, images: Container[str]) -> str:
    """Return the image of the project that ``from`` or another key names; empty if it is none.

    What describes an image of the same name as its base means the one of the registry.
    """
    base = text_of(table, "from")
    if base != SCRATCH and base in images and all(base != name.text for name in names_of(table)):
        return base
    return next(filter(None, (text_of(table, key) for key in OTHER_BASES)), "")


def image_of(table: Table, name: Scalar, build: BuildSettings, images: Container[str]) -> ImageSpec:
    """Return the image *name* that *table*, already checked, describes.

    *images* are the names of all images of the project.
    """
    docker, is_artifact = value_of(table, "docker"), entry_of(table, "artifact") is not None
    builder = "ansible" if value_of(table, "ansible") else "shell"
    mappings, imports = _placed(table, images)
    base_image = own_base(table, images)
    return ImageSpec(
        name=name.text,
        base="" if base_image else text_of(table, "from"),
        base_cache_version=text_of(table, "fromCacheVersion"),
        cache_version=text_of(table_of(table, builder), "cacheVersion"),
        mappings=mappings,
        before_install=_instructions(table, "beforeInstall"),
        install=_instructions(table, "install"),
        before_setup=_instructions(table, "beforeSetup"),
        setup=_instructions(table, "setup"),
        runtime=runtime_settings_of(docker) if isinstance(docker, Table) else None,
        line=name.position.line,
        key_lines=key_lines_of(table),
        base_image=base_image,
        follows=not base_image and flag_of(table, "fromLatest", default=False),
        definition_version=text_of(table, "cacheVersion") or build.cache_version,
        imports=imports,
        mounts=tuple(mount_of(one) for one in tables_of(table, "mount")),
        dependencies=tuple(dependency_of(one) for one in tables_of(table, "dependencies")),
        secrets=tuple(secret_of(one) for one in tables_of(table, "secrets")),
        settings=None if is_artifact else merged(build.settings, image_settings_of(table)),
        platforms=texts_of(table, "platform") or build.platforms,
        network=text_of(table, "network"),
        is_artifact=is_artifact,
        is_final=not is_artifact and flag_of(table, "final", default=True),
        as_layers=flag_of(table, "asLayers", default=False),
        git_stays=flag_of(table, "disableGitAfterPatch", default=False),
    )


def _placed(
    table: Table, images: Container[str]
) -> tuple[tuple[GitMapping, ...], tuple[Import, ...]]:
    mappings = [git_mapping_of(one) for one in tables_of(table, "git")]
    imports = [import_of(one, images) for one in tables_of(table, "import")]
    both: list[GitMapping | Import] = [*mappings, *imports]
    placed = separated(both)
    return (
        tuple(one for one in placed if isinstance(one, GitMapping)),
        tuple(one for one in placed if isinstance(one, Import)),
    )


def _instructions(table: Table, stage: str) -> Instructions:
    ansible = value_of(table, "ansible")
    if isinstance(ansible, Table):
        return ansible_instructions_of(ansible, stage)
    return instructions_of(table_of(table, "shell"), stage)
