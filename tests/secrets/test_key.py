"""Keys: what is one, and where it is found."""

from pathlib import Path

import pytest

from werfish.secrets.errors import InvalidKeyError, KeyNotFoundError
from werfish.secrets.key import KeyPlaces, generated_key, parse_key

KEY, OTHER = "11ac8312520b5ff037bae386ea2e8a07", "82a0f04a09e034421a8978c60bffac87"


@pytest.mark.parametrize("size", [16, 24, 32])
def test_the_sizes_of_a_key(size: int) -> None:
    assert len(parse_key(" " + "aB" * size + "\n", "here").data) == size


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1", "encoding/hex: odd length hex string"),
        ("xx", "encoding/hex: invalid byte: U+0078 'x'"),
        ("12", "crypto/aes: invalid key size 1"),
    ],
)
def test_what_is_no_key(text: str, problem: str) -> None:
    with pytest.raises(InvalidKeyError, match="from here: check encryption key") as caught:
        parse_key(text, "here")
    assert problem in str(caught.value)


def test_a_new_key_is_one_and_new() -> None:
    first, second = generated_key(), generated_key()
    assert first != second
    assert len(parse_key(first, "here").data) == 16


def test_a_key_is_not_shown() -> None:
    assert KEY not in repr(parse_key(KEY, "here"))
    assert KEY not in repr(KeyPlaces({"WERF_SECRET_KEY": KEY}, Path(), Path()))


def test_the_first_place_with_a_key_counts(tmp_path: Path) -> None:
    project, home = tmp_path / "project", tmp_path / "home"
    project.mkdir()
    home.mkdir()
    (home / "global_secret_key").write_text("aa" * 16)
    assert KeyPlaces({}, project, home).find() == parse_key("aa" * 16, "")
    (project / ".werf_secret_key").write_text(f"{OTHER}\n")
    assert KeyPlaces({}, project, home).find() == parse_key(OTHER, "")
    assert KeyPlaces({"WERF_SECRET_KEY": KEY}, project, home).find() == parse_key(KEY, "")


def test_no_key_names_the_places() -> None:
    with pytest.raises(KeyNotFoundError) as caught:
        KeyPlaces({}, Path("p"), Path("h")).find()
    assert (
        "encryption key not found in: '$WERF_SECRET_KEY', 'p/.werf_secret_key', "
        "'h/global_secret_key'" in str(caught.value)
    )
    assert "the key that made them" in caught.value.hint
    assert "generate-secret-key" in caught.value.hint


def test_the_old_key_is_only_in_its_variable() -> None:
    with pytest.raises(KeyNotFoundError, match="WERF_OLD_SECRET_KEY") as caught:
        KeyPlaces({"WERF_SECRET_KEY": KEY}, Path(), Path()).find_old()
    assert "generate" not in caught.value.hint
    places = KeyPlaces({"WERF_OLD_SECRET_KEY": OTHER}, Path(), Path())
    assert places.find_old() == parse_key(OTHER, "")
