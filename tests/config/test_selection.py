"""Names and patterns of images: werf's rules."""

import pytest

from werfish.config.errors import UnknownImageError
from werfish.config.selection import selected_titles
from werfish.errors import ConfigError

KNOWN = ("api", "web", "web-admin", "team/web", "base")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([], ["api", "web"]),
        (["base"], ["base"]),
        (["web", "api"], ["api", "web"]),
        (["web*"], ["web", "web-admin"]),
        (["*/*"], ["team/web"]),
        (["?eb"], ["web"]),
        (["[ab]*"], ["api", "base"]),
        (["[^ab]*"], ["web", "web-admin"]),
        (["!api"], ["web"]),
        (["!*"], []),
        (["web*", "!web-*"], ["web"]),
        (["web-admin", "!web*"], ["web-admin"]),
        (["!nothing"], ["api", "web"]),
    ],
)
def test_patterns(wanted: list[str], found: list[str]) -> None:
    assert [*selected_titles(KNOWN, wanted, ("api", "web"))] == found


@pytest.mark.parametrize(
    "wanted", ["[z-a]", "[", "a[", "[]", "[^]", "[^]x]pi", "[a-]", "[\\]", "[a/b]", "**", "a**b"]
)
@pytest.mark.parametrize("sign", ["", "!"])
def test_what_is_no_pattern_is_an_error(wanted: str, sign: str) -> None:
    with pytest.raises(ConfigError, match="is no pattern"):
        selected_titles(KNOWN, [sign + wanted], KNOWN)


def test_what_looks_special_is_not() -> None:
    assert selected_titles(("a.b", "a-b"), ["a.?"], ()) == ("a.b",)
    assert selected_titles(("[a", "b"), ["\\[*"], ()) == ("[a",)
    assert selected_titles(("a", "b"), ["[[:a]"], ()) == ("a",)


@pytest.mark.parametrize("wanted", ["nothing", "n*", "*", "", "w(eb"])
def test_what_matches_nothing_is_an_error(wanted: str) -> None:
    known = ("web/a",)
    with pytest.raises(UnknownImageError, match="no image"):
        selected_titles(known, [wanted], known)
