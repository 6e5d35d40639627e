"""werf's encryption: AES in CBC mode with PKCS#7 padding, written as hexadecimal digits.

The text is the length of the initialisation vector (two bytes, the lower first), the vector, and
the encrypted blocks. A new vector is drawn each time, so the same text never looks the same twice.
"""

import secrets
import struct
from typing import TYPE_CHECKING

from werfish.secrets.errors import DecryptError
from werfish.secrets.key import SecretKey, not_hex

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 16
_HEAD = struct.pack("<H", BLOCK)
LEAST = 2 * (len(_HEAD) + 2 * BLOCK)
"""How many digits a secret has at least."""


def encrypt(data: bytes, key: SecretKey) -> str:
    """Return *data* encrypted with *key*; nothing stays nothing."""
    if not data:
        return ""
    vector = secrets.token_bytes(BLOCK)
    padding = BLOCK - len(data) % BLOCK
    encryptor = _cipher(key, vector).encryptor()
    blocks = encryptor.update(data + bytes([padding]) * padding) + encryptor.finalize()
    return (_HEAD + vector + blocks).hex()


def decrypt(text: str, key: SecretKey, what: str = "the data") -> bytes:
    """Return what *text* hides; *what* names it in the `DecryptError` where it hides nothing."""
    digits = text.strip()
    if not digits:
        return b""
    wrong = not_hex(digits)
    if not wrong and len(digits) < LEAST:
        wrong = f"minimum required data length: '{LEAST}'"
    if wrong:
        raise DecryptError(what, f"check data: {wrong}")
    data = bytes.fromhex(digits)
    return _opened(data, key, what)


def _opened(data: bytes, key: SecretKey, what: str) -> bytes:
    vector, blocks = data[len(_HEAD) : len(_HEAD) + BLOCK], data[len(_HEAD) + BLOCK :]
    if not data.startswith(_HEAD):
        raise DecryptError(what, "check data: it does not begin as werf's secrets do, with 1000")
    if len(blocks) % BLOCK:
        raise DecryptError(what, "check data: data isn't a multiple of the block size")
    decryptor = _cipher(key, vector).decryptor()
    padded = decryptor.update(blocks) + decryptor.finalize()
    count = padded[-1]
    if not 1 <= count <= BLOCK or padded[-count:] != bytes([count]) * count:
        raise DecryptError(what, "check encryption key and data: inconsistent data, unpad failed")
    return padded[:-count]


def _cipher(key: SecretKey, vector: bytes) -> "Cipher[CBC]":
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    return Cipher(AES(key.data), CBC(vector))
