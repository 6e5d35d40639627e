"""An image's own settings and those of the project."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from stages.settings import ImageSettings, merged

texts = st.sampled_from(["", "a", "b", "c"])
pairs = st.dictionaries(texts, texts).map(lambda found: tuple(found.items()))
lists = st.lists(texts, unique=True).map(tuple)
common = st.none() | st.builds(
    ImageSettings,
    author=st.none() | texts,
    clear_history=st.booleans(),
    labels=pairs,
    remove_labels=lists,
    keep_essential_labels=st.booleans(),
    clear_werf_labels=st.booleans(),
)
"""What a project can say for all images."""
own = st.none() | st.builds(
    ImageSettings,
    author=st.none() | texts,
    clear_history=st.booleans(),
    cmd=lists,
    env=pairs,
    labels=pairs,
    remove_labels=lists,
    user=texts,
    clear_cmd=st.booleans(),
)


@given(own)
def test_nothing_in_common_changes_nothing(settings: ImageSettings | None) -> None:
    assert merged(None, settings) == merged(settings, None) == settings
    assert merged(ImageSettings(), settings) == (settings or ImageSettings())


@given(common, own)
def test_merging_twice_is_merging_once(
    one: ImageSettings | None, two: ImageSettings | None
) -> None:
    assert merged(one, merged(one, two)) == merged(one, two)


@given(common, own)
def test_what_only_images_say_stays(one: ImageSettings | None, two: ImageSettings | None) -> None:
    found = merged(one, two)
    if two is None:
        assert found == one
        return
    assert found is not None
    assert two == replace(
        found,
        author=two.author,
        clear_history=two.clear_history,
        labels=two.labels,
        remove_labels=two.remove_labels,
        keep_essential_labels=two.keep_essential_labels,
        clear_werf_labels=two.clear_werf_labels,
    )


def test_labels_of_the_project_win_and_its_author_does_not() -> None:
    project = ImageSettings(author="project", labels=(("a", "project"), ("b", "project")))
    image = ImageSettings(author="image", labels=(("c", "image"), ("a", "image")))
    found = merged(project, image)
    assert found == ImageSettings(
        author="image", labels=(("c", "image"), ("a", "project"), ("b", "project"))
    )


def test_an_empty_author_is_one() -> None:
    assert merged(ImageSettings(author="a"), ImageSettings(author="")) == ImageSettings(author="")


@given(common, own)
def test_what_either_removes_is_removed_once(
    one: ImageSettings | None, two: ImageSettings | None
) -> None:
    found = merged(one, two) or ImageSettings()
    wanted = [label for each in (two, one) if each for label in each.remove_labels]
    assert found.remove_labels == tuple(dict.fromkeys(wanted))
