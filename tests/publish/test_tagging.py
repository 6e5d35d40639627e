"""Tags: any combination for publishing, exactly one for a deploy."""

from shlex import quote

import pytest

from werfish.publish.errors import TagError
from werfish.publish.tagging import ImageTag, TagOptions, TagStrategy, chosen_tags, only_tag


def test_all_strategies_go_together() -> None:
    options = TagOptions(("a", "b"), "main", "v1", "abc", by_stages_signature=True)
    assert chosen_tags(options) == (
        ImageTag(TagStrategy.CUSTOM, "a"),
        ImageTag(TagStrategy.CUSTOM, "b"),
        ImageTag(TagStrategy.GIT_BRANCH, "main"),
        ImageTag(TagStrategy.GIT_TAG, "v1"),
        ImageTag(TagStrategy.GIT_COMMIT, "abc"),
        ImageTag(TagStrategy.STAGES_SIGNATURE),
    )


def test_repeated_tag_counts_once() -> None:
    assert only_tag(TagOptions(("a", "a"))) == ImageTag(TagStrategy.CUSTOM, "a")


def test_signature_is_the_tag_where_it_was_asked_for() -> None:
    assert [tag.of("sig") for tag in chosen_tags(TagOptions(("a",), by_stages_signature=True))] == [
        "a",
        "sig",
    ]


def test_no_tag_is_refused_in_werf_words() -> None:
    with pytest.raises(TagError, match="tag should be specified with --tag-by-stages-signature"):
        chosen_tags(TagOptions())


def test_deploy_takes_one_tag() -> None:
    with pytest.raises(
        TagError, match=r"exactly one tag option .* --tag-custom a, --tag-git-tag v"
    ):
        only_tag(TagOptions(("a",), git_tag="v"))


@pytest.mark.parametrize("tag", ["feature/x", ".hidden", "x" * 129, "a b"])
def test_text_that_is_no_tag_is_refused_with_its_option(tag: str) -> None:
    with pytest.raises(TagError, match="--tag-git-branch") as caught:
        chosen_tags(TagOptions(git_branch=tag))
    assert f"slugify -f docker-tag -- {quote(tag)}" in caught.value.hint
