"""``encryptAES`` and ``decryptAES``: AES-256 in CBC mode, the password itself as the key."""

from base64 import b64encode
from typing import TYPE_CHECKING

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.encoding import decode64
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.keys import require_cryptography
from werfish.gotemplate.values import from_bytes, to_bytes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

_BLOCK = 16


def _cipher(password: str, vector: bytes) -> "Cipher[CBC]":
    require_cryptography()
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    return Cipher(AES(to_bytes(password)[:32].ljust(32, b"\0")), CBC(vector))


def encrypt(host: Host, password: str, text: str) -> str:
    """Encrypt *text*; the random beginning makes every result another one."""
    if not text:
        return ""
    data, vector = to_bytes(text), host.random(_BLOCK)
    padding = _BLOCK - len(data) % _BLOCK
    encryptor = _cipher(password, vector).encryptor()
    return b64encode(vector + encryptor.update(data + bytes([padding]) * padding)).decode()


def decrypt(password: str, text: str) -> str:
    """Decrypt what `encrypt` wrote. A wrong password gives nonsense, or an error about bounds."""
    if not text:
        return ""
    data = decode64(text)
    vector, rest = data[:_BLOCK], data[_BLOCK:]
    if len(vector) < _BLOCK:
        capacity = len(text) // 4 * 3
        raise GoError(f"runtime error: slice bounds out of range [:16] with capacity {capacity}")
    if len(rest) % _BLOCK:
        raise GoError("crypto/cipher: input not full blocks")
    plain = _cipher(password, vector).decryptor().update(rest)
    if not plain or plain[-1] > len(plain):
        end = f"[:{len(plain) - plain[-1]}]" if plain else "[-1]"
        raise GoError(f"runtime error: slice bounds out of range {end}")
    return from_bytes(plain[: len(plain) - plain[-1]])


def functions(host: Host) -> dict[str, Function]:
    """Return the functions; what begins a cipher text comes from *host*."""
    return {
        "encryptAES": function(
            lambda password, text: encrypt(host, password, text), "string", "string"
        ),
        "decryptAES": function(decrypt, "string", "string"),
    }
