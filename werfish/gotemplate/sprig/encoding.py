"""The functions of sprig that encode bytes as letters; a decoder returns its error as text."""

from base64 import b32encode, b64encode

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.values import from_bytes, to_bytes

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE32 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def decode64(text: str) -> bytes:
    """Decode padded base 64; newlines are skipped. GoError with the place of the first mistake."""
    data = to_bytes(text)
    places = [at for at, byte in enumerate(data) if byte not in b"\r\n"]
    decoded = bytearray()
    for start in range(0, len(places), 4):
        decoded += _quantum(data, places[start : start + 4], places[start + 4 :])
    return bytes(decoded)


def _quantum(data: bytes, places: list[int], following: list[int]) -> bytes:
    """Decode four letters; behind padding nothing may follow."""
    letters = bytes(data[place] for place in places)
    count = next((at for at, letter in enumerate(letters) if letter not in _BASE64), len(letters))
    if count < len(letters) and (letters[count : count + 1] != b"=" or count < 2):
        raise _corrupt(64, places[count])
    if count == len(letters) < 4:
        raise _corrupt(64, len(data) - count)
    if count == 2:
        _check_second_padding(data, places)
    if count < 4 and following:
        raise _corrupt(64, following[0])
    bits = sum(_BASE64.index(letter) << 18 - 6 * at for at, letter in enumerate(letters[:count]))
    return bits.to_bytes(3, "big")[: count - 1]


def _check_second_padding(data: bytes, places: list[int]) -> None:
    if len(places) == 3:
        raise _corrupt(64, len(data))
    if data[places[3]] != ord("="):
        raise _corrupt(64, places[3] - 1)


def decode32(text: str) -> bytes:
    """Decode padded base 32; newlines are skipped. GoError with the place of the first mistake."""
    data = bytes(byte for byte in to_bytes(text) if byte not in b"\r\n")
    decoded = bytearray()
    for start in range(0, len(data), 8):
        decoded += _octet_group(data, start)
        if b"=" in data[start : start + 8]:
            break  # Go reads no further, though less than a group may follow
    return bytes(decoded)


def _octet_group(data: bytes, start: int) -> bytes:
    """Decode eight letters of *data*, of which the last may be padding at the very end."""
    letters = data[start : start + 8]
    count = next((at for at, letter in enumerate(letters) if letter not in _BASE32), len(letters))
    if count < len(letters):
        _check_padding32(data, start, count)
    elif count < 8:
        raise _corrupt(32, len(data) - count)
    bits = sum(_BASE32.index(letter) << 35 - 5 * at for at, letter in enumerate(letters[:count]))
    return bits.to_bytes(5, "big")[: count * 5 // 8]


def _check_padding32(data: bytes, start: int, count: int) -> None:
    place, rest = start + count, data[start + count + 1 :]
    if data[place] != ord("=") or count < 2 or len(rest) >= 8:
        raise _corrupt(32, place)
    if len(rest) + count < 7:
        raise _corrupt(32, len(data))
    for at in range(7 - count):
        if rest[at] != ord("="):
            raise _corrupt(32, len(data) - len(rest) + at - 1)
    if count in (3, 6):
        raise _corrupt(32, place)


def _corrupt(base: int, place: int) -> GoError:
    return GoError(f"illegal base{base} data at input byte {place}")


def _decoded64(text: str) -> str:
    try:
        return from_bytes(decode64(text))
    except GoError as error:
        return str(error)


def _decoded32(text: str) -> str:
    try:
        return from_bytes(decode32(text))
    except GoError as error:
        return str(error)


FUNCTIONS: dict[str, Function] = {
    "b64enc": function(lambda text: b64encode(to_bytes(text)).decode(), "string"),
    "b64dec": function(_decoded64, "string"),
    "b32enc": function(lambda text: b32encode(to_bytes(text)).decode(), "string"),
    "b32dec": function(_decoded32, "string"),
}
