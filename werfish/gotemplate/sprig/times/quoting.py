"""Quote what could not be read, as Go's ``time`` does: everything but ASCII as its bytes."""

from werfish.gotemplate.values import to_bytes


def quoted(text: str) -> str:
    """Return *text* between double quotes, with ``\\x`` for bytes that are not printable ASCII."""
    return '"' + "".join(map(_escaped, to_bytes(text))) + '"'


def _escaped(byte: int) -> str:
    if byte in b'"\\':
        return "\\" + chr(byte)
    return chr(byte) if 32 <= byte < 128 else f"\\x{byte:02x}"
