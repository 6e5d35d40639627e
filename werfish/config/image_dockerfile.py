"""A document of an image that a Dockerfile describes."""

import posixpath
from collections.abc import Iterator

from stages.dockerfile import DockerfileSpec
from stages.settings import merged
from werfish.config import rules
from werfish.config.image_dependencies import (
    DOCKERFILE_DEPENDENCY,
    dependency_findings,
    dependency_of,
)
from werfish.config.image_keys import CACHE_VERSION, FINAL, IMAGE_SPEC, NAME, PACKAGES, PLATFORM
from werfish.config.image_secrets import SECRET, secret_findings, secret_of
from werfish.config.image_settings import image_settings_of
from werfish.config.model import BuildSettings
from werfish.config.nodes import (
    Scalar,
    Table,
    flag_of,
    key_lines_of,
    table_of,
    tables_of,
    text_of,
    texts_of,
    value_of,
)
from werfish.config.schema import Finding, Key, Section, Shape
from werfish.config.yaml_values import go_text_of

BASE_KEYS = ("from", "fromImage", "fromImageArtifact", "fromArtifact")
STAPEL_KEYS = (
    *("fromLatest", "fromCacheVersion"),
    *("git", "shell", "ansible", "docker", "mount", "import", "asLayers", "disableGitAfterPatch"),
)


def _judged(table: Table) -> Iterator[Finding]:
    yield from secret_findings(tables_of(table, "secrets"))
    path = value_of(table, "dockerfile")
    if path and posixpath.normpath(_dockerfile(table)).startswith("../"):
        yield Finding(path, "dockerfile", rules.leads_out(text_of(table, "dockerfile")))
    args = [entry.key.text for entry in table_of(table, "args").entries]
    yield from dependency_findings(tables_of(table, "dependencies"), args)


DOCKERFILE_IMAGE = Section(
    (
        NAME,
        Key(
            "dockerfile",
            rule=rules.relative,
            required=True,
            summary="The Dockerfile, from the project's folder or else from the context.",
        ),
        Key("context", rule=rules.inside, default=".", summary="The folder of the build context."),
        Key(
            "contextAddFiles",
            Shape.TEXTS,
            rule=rules.inside_context,
            summary="Files of the context that are not in git.",
        ),
        Key(
            "contextAddFile",
            Shape.TEXTS,
            rule=rules.inside_context,
            old='write "contextAddFiles"',
            summary="An older name of contextAddFiles.",
        ),
        Key("target", summary="The stage of the Dockerfile to stop after; else its last one."),
        Key("args", Shape.PAIRS, rule=rules.variable_name, summary="Values for ARG."),
        Key("addHost", Shape.TEXTS, rule=rules.extra_host, summary="Names of hosts, HOST:IP."),
        Key("network", summary="The network of RUN instructions."),
        Key("ssh", summary="The ssh agent or keys for RUN --mount=type=ssh; needs BuildKit."),
        Key("secrets", Shape.SECTIONS, SECRET, summary="What RUN --mount=type=secret may read."),
        Key(
            "dependencies",
            Shape.SECTIONS,
            DOCKERFILE_DEPENDENCY,
            summary="Images of this project that come first.",
        ),
        Key("staged", Shape.FLAG, default="false", summary="Build instruction by instruction."),
        PLATFORM,
        PACKAGES,
        CACHE_VERSION,
        FINAL,
        IMAGE_SPEC,
    ),
    {
        **dict.fromkeys(STAPEL_KEYS, 'it belongs to an image with "from" instead of "dockerfile"'),
        **dict.fromkeys(BASE_KEYS, 'an image has a base or a "dockerfile"; keep one of them'),
    },
    judge=_judged,
    is_judged_in_part=True,
    renamed={"artifact": "image"},
)


def dockerfile_image_of(table: Table, name: Scalar, build: BuildSettings) -> DockerfileSpec:
    """Return the image *name* that *table*, already checked, describes."""
    return DockerfileSpec(
        name=name.text,
        dockerfile=_dockerfile(table),
        context=posixpath.normpath(text_of(table, "context") or "."),
        context_add_files=(
            *texts_of(table, "contextAddFiles"),
            *texts_of(table, "contextAddFile"),
        ),
        target=text_of(table, "target"),
        args=tuple(
            (entry.key.text, go_text_of(entry.value)) for entry in table_of(table, "args").entries
        ),
        add_hosts=texts_of(table, "addHost"),
        network=text_of(table, "network"),
        ssh=text_of(table, "ssh"),
        dependencies=tuple(dependency_of(one) for one in tables_of(table, "dependencies")),
        secrets=tuple(secret_of(one) for one in tables_of(table, "secrets")),
        settings=merged(build.settings, image_settings_of(table)),
        platforms=texts_of(table, "platform") or build.platforms,
        definition_version=text_of(table, "cacheVersion") or build.cache_version,
        is_staged=flag_of(table, "staged", default=build.is_staged),
        is_final=flag_of(table, "final", default=True),
        line=name.position.line,
        key_lines=key_lines_of(table),
    )


def _dockerfile(table: Table) -> str:
    """Return the path of the Dockerfile; one that leads out of the project is the context's."""
    path = posixpath.normpath(text_of(table, "dockerfile"))
    if not path.startswith("../"):
        return path
    return posixpath.normpath(posixpath.join(text_of(table, "context") or ".", path))


def staged_note(table: Table) -> Finding | None:
    """Return a word on ``staged: true``, which is accepted and has no effect yet."""
    value = value_of(table, "staged")
    if value is None or not flag_of(table, "staged", default=False):
        return None
    text = "it has no effect yet: the image is built as a whole, and again when anything changes"
    return Finding(value, "staged", text)
