"""What a mapping adds of a large tree is found by looking at little of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.mapping import GitMapping
from stages.sources import TreeEntry, entries_in

PATHS = st.lists(
    st.lists(st.sampled_from(["a", "a-", "a0", "b", "ä", "\udcff", "\U0001f40b"]), min_size=1).map(
        "/".join
    )
)


@pytest.mark.hypothesis
@given(
    PATHS, st.sampled_from(["/", "/a", "/a-", "/a/b", "/ä", "/\udcff", "/\U0001f40b/a", "/none"])
)
def test_it_is_what_lies_in_its_path(paths: list[str], add: str) -> None:
    mapping = GitMapping("/to", add=add)
    taken = set(paths)
    files = [one for one in taken if not any(other.startswith(f"{one}/") for other in taken)]
    files.sort(key=lambda path: path.encode("utf-8", "surrogateescape"))
    tree = [TreeEntry(path, 0o100644, "1") for path in files]
    found = entries_in(tree, mapping.tree_path)
    assert list(found) == [one for one in tree if mapping.relative(one.path) is not None]
