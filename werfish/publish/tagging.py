"""Which tags an image gets: werf's five strategies. Pure.

Publishing takes any combination of them, a deploy exactly one.
"""

from collections.abc import Iterator
from enum import StrEnum
from shlex import quote

from stages.light_dataclass import dataclass
from werfish.oci.reference import checked_tag
from werfish.publish.errors import NoTagError, TagError
from werfish.publish.templates import checked_template, filled, names_image


class TagStrategy(StrEnum):
    """Where a tag comes from, in werf's words."""

    CUSTOM = "custom"
    GIT_BRANCH = "git-branch"
    GIT_TAG = "git-tag"
    GIT_COMMIT = "git-commit"
    STAGES_SIGNATURE = "stages-signature"

    @property
    def option(self) -> str:
        """The flag that chooses it."""
        by = "by-" if self is TagStrategy.STAGES_SIGNATURE else ""
        return f"--tag-{by}{self.value}"


@dataclass(frozen=True, slots=True)
class TagOptions:
    """What the user asked for by flags and variables; empty is not asked for.

    *templates* are tags beside the others, filled in for each image.
    """

    custom: tuple[str, ...] = ()
    git_branch: str = ""
    git_tag: str = ""
    git_commit: str = ""
    by_stages_signature: bool = False
    templates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageTag:
    """One tag to give; *value* is empty where it differs by image: signatures, templates."""

    strategy: TagStrategy
    value: str = ""
    template: str = ""

    def of(self, signature: str, image: str = "") -> str:
        """Return the tag of *image* whose last stage has *signature*."""
        if self.template:
            return filled(self.template, image, signature)
        return self.value or signature

    @property
    def names_image(self) -> bool:
        """Whether the image's name is a part of the tag."""
        return names_image(self.template)

    @property
    def needs_signature(self) -> bool:
        """Whether the tag follows from the image's stages."""
        return self.strategy is TagStrategy.STAGES_SIGNATURE or "content_based" in self.template


def chosen_tags(options: TagOptions) -> tuple[ImageTag, ...]:
    """Return the tags that *options* ask for, each once; `TagError` for none, or a wrong one."""
    tags = tuple(dict.fromkeys(_asked(options)))
    if not tags:
        raise NoTagError(
            "tag should be specified with --tag-by-stages-signature, --tag-custom, "
            "--tag-git-tag, --tag-git-branch or --tag-git-commit options"
        )
    for tag in tags:
        _check(tag)
    return tags


def only_tag(options: TagOptions) -> ImageTag:
    """Return the one tag of a deploy; `TagError` where there are more."""
    tags = chosen_tags(options)
    if len(tags) > 1:
        given = ", ".join(f"{tag.strategy.option} {tag.value}".strip() for tag in tags)
        raise TagError(f"exactly one tag option should be specified for deploy, not {given}")
    return tags[0]


def _asked(options: TagOptions) -> Iterator[ImageTag]:
    yield from (ImageTag(TagStrategy.CUSTOM, value) for value in options.custom if value)
    single = {
        TagStrategy.GIT_BRANCH: options.git_branch,
        TagStrategy.GIT_TAG: options.git_tag,
        TagStrategy.GIT_COMMIT: options.git_commit,
    }
    yield from (ImageTag(strategy, value) for strategy, value in single.items() if value)
    if options.by_stages_signature:
        yield ImageTag(TagStrategy.STAGES_SIGNATURE)
    for template in filter(None, options.templates):
        yield ImageTag(TagStrategy.CUSTOM, template=checked_template(template))


def _check(tag: ImageTag) -> None:
    try:
        checked_tag(tag.value or "none")
    except ValueError as error:
        hint = f'"werfish slugify -f docker-tag -- {quote(tag.value)}" makes a tag of it'
        if "%" in tag.value:
            hint = "--add-custom-tag takes templates"
        raise TagError(f"read {tag.strategy.option}: {error}", hint=hint) from error
