"""What is random comes from the host, and is evenly spread."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.gotemplate.sprig.rendering import NOW, Lots, host_in, rendered
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.times.zones import UTC


@given(st.integers(1, 10**6))
def test_numbers_are_below_their_bound(bound: int) -> None:
    host = host_in()
    assert all(0 <= host.random_below(bound) < bound for _ in range(5))


def test_every_number_is_as_likely() -> None:
    """Of the 256 values of a byte, those that would favour small numbers are drawn again."""
    host = Host(lambda: NOW, UTC, Lots())
    drawn = Counter(host.random_below(100) for _ in range(2000))
    assert set(drawn.values()) == {20}


def test_the_same_randomness_gives_the_same_text() -> None:
    source = '{{ randAlphaNum 12 }} {{ uuidv4 }} {{ shuffle "abcdef" }} {{ randInt 1 100 }}'
    assert rendered(source) == rendered(source)


@given(st.text(max_size=12))
def test_a_shuffled_text_has_the_same_letters(text: str) -> None:
    assert sorted(rendered("{{ shuffle . }}", text)) == sorted(text)
