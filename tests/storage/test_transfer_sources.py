"""What the backend must push: the least that has every layer only it has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.oci.manifest import Descriptor
from werfish.storage.transfer.sources import Present, Source, prefix_to_push

HERE = Present(Descriptor("", "sha256:" + "0" * 64, 1))
kinds = st.sampled_from([HERE, None])


@given(st.lists(kinds, min_size=1, max_size=8), st.sets(st.integers(1, 8)))
def test_prefix_covers_what_is_missing_and_no_smaller_one_does(
    sources: list[Source], lengths: set[int]
) -> None:
    available = {*lengths, len(sources)}
    prefix = prefix_to_push(sources, tuple(available))
    assert None not in sources[prefix:]
    assert all(None in sources[length:] for length in {0, *available} if length < prefix)


def test_layer_that_nobody_has_is_an_error() -> None:
    with pytest.raises(ValueError, match="layer 2"):
        prefix_to_push([HERE, None], (1,))
