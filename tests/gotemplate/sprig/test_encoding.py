"""Base 64 and base 32 with Go's errors."""

from base64 import b32encode, b64encode
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from tests.gotemplate.sprig.rendering import rendered
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.sprig.encoding import decode32, decode64
from werfish.gotemplate.values import from_bytes

letters = st.text(alphabet="ABMFRGY2=\n!a", max_size=20)


@given(st.binary())
def test_encoded_bytes_are_decoded(data: bytes) -> None:
    assert decode64(b64encode(data).decode()) == data
    assert decode32(b32encode(data).decode()) == data


@given(letters)
def test_any_text_is_decoded_or_an_error(text: str) -> None:
    for decode in (decode64, decode32):
        with suppress(GoError):
            decode(text)


@given(st.binary(max_size=30))
def test_a_template_decodes_what_it_encoded(data: bytes) -> None:
    text = from_bytes(data)
    assert rendered("{{ . | b64enc | b64dec | eq . }}", text) == "true"
