"""werf's encryption: its own vectors, and the laws of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.secrets.cipher import LEAST, decrypt, encrypt
from werfish.secrets.errors import DecryptError
from werfish.secrets.key import parse_key

KEY, OTHER = (
    parse_key(text, "")
    for text in ("11ac8312520b5ff037bae386ea2e8a07", "82a0f04a09e034421a8978c60bffac87")
)
FLANT = "10000f13a718d019612ab8ad30d9bec8e2c09df0f2d168c179bef954e78371bf6a5a"


def test_what_werf_encrypted() -> None:
    assert decrypt(FLANT, KEY) == b"flant"
    assert decrypt(f" {FLANT.upper()}\n", KEY) == b"flant"


@given(st.binary(max_size=100), st.sampled_from([16, 24, 32]))
def test_what_is_encrypted_comes_back(data: bytes, size: int) -> None:
    key = parse_key("5c" * size, "")
    text = encrypt(data, key)
    assert decrypt(text, key) == data
    assert not data or (text.startswith("1000") and len(text) >= LEAST)


def test_the_same_never_looks_the_same() -> None:
    assert encrypt(b"x", KEY) != encrypt(b"x", KEY)


def test_nothing_stays_nothing() -> None:
    assert encrypt(b"", KEY) == ""
    assert decrypt("\n", KEY) == b""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1000zz", "check data: encoding/hex: invalid byte: U+007A 'z'"),
        ("100", "check data: encoding/hex: odd length hex string"),
        ("1000", "check data: minimum required data length: '68'"),
        (f"2000{FLANT[4:]}", "check data: it does not begin as werf's secrets do, with 1000"),
        (f"{FLANT}00", "check data: data isn't a multiple of the block size"),
    ],
)
def test_what_is_no_secret(text: str, problem: str) -> None:
    with pytest.raises(DecryptError) as caught:
        decrypt(text, KEY, '"a.yaml": line 3: db.password')
    assert str(caught.value) == (
        f'decrypt "a.yaml": line 3: db.password: decryption failed: {problem}'
    )


def test_another_key() -> None:
    with pytest.raises(DecryptError, match="check encryption key and data: inconsistent data"):
        decrypt(FLANT, OTHER)
