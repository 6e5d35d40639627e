"""Whatever is in the file: a project or a `ConfigError`, never another exception."""

from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from werfish.config.image import IMAGE
from werfish.config.meta import META
from werfish.config.project import project_of
from werfish.config.schema import Section
from werfish.errors import ConfigError


def words(section: Section) -> set[str]:
    below = (words(key.section) for key in section.keys if key.section)
    return {key.name for key in section.keys}.union(*below)


known = st.sampled_from(sorted(words(IMAGE) | words(META) | {"dockerfile", "artifact", "<<"}))
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text() | known
trees = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(known | st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)
meta = st.just({"configVersion": 1, "project": "shop"})


def is_told(text: str) -> bool:
    try:
        project_of(text, path="werf.yaml", directory=Path("/shop"))
    except ConfigError as error:
        return "werf.yaml" in str(error)
    return True


@given(st.lists(trees | meta, max_size=4))
def test_any_tree(documents: list[object]) -> None:
    assert is_told(yaml.safe_dump_all(documents, allow_unicode=True))


@given(st.text())
def test_any_text(text: str) -> None:
    assert is_told(text)


@given(
    st.lists(known | st.sampled_from([": ", "\n", "  ", "- ", "[", "]", "{", "}", "&a ", "*a "]))
)
def test_any_words(pieces: list[str]) -> None:
    assert is_told("".join(pieces))
