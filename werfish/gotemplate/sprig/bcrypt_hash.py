"""The password hash bcrypt, in the form ``$2a$10$...`` that Go writes.

The ``bcrypt`` package does it in 50 milliseconds where it is installed; otherwise this does, in
some seconds: Blowfish's key schedule runs 2,049 times, and Python is no cipher machine.
"""

from importlib import import_module
from importlib.util import find_spec

from werfish.gotemplate.sprig.blowfish import Blowfish

_COST = 10
_ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_TEXT = b"OrpheanBeholderScryDoubt"


def bcrypt_of(password: bytes, salt: bytes) -> str:
    """Return the hash of *password*, at most 72 bytes, with *salt*, 16 bytes."""
    prefix = f"$2a${_COST:02}${encoded(salt)}"
    if find_spec("bcrypt") is not None:
        hashed: bytes = import_module("bcrypt").hashpw(password, prefix.encode())
        return hashed.decode()
    return prefix + encoded(digest_of(password, salt, _COST)[:23])


def digest_of(password: bytes, salt: bytes, cost: int) -> bytes:
    """Encrypt bcrypt's text with a key schedule of 2**cost rounds of password and salt."""
    key = password + b"\0"
    cipher = Blowfish()
    cipher.expand(key, salt)
    for _ in range(2**cost):
        cipher.expand(key, b"")
        cipher.expand(salt, b"")
    digest = b""
    for start in range(0, len(_TEXT), 8):
        left = int.from_bytes(_TEXT[start : start + 4], "big")
        right = int.from_bytes(_TEXT[start + 4 : start + 8], "big")
        for _ in range(64):
            left, right = cipher.encrypt(left, right)
        digest += left.to_bytes(4, "big") + right.to_bytes(4, "big")
    return digest


def encoded(data: bytes) -> str:
    """Write *data* in bcrypt's own base 64, without padding."""
    bits = len(data) * 8
    number = int.from_bytes(data, "big") << -bits % 6
    count = -(-bits // 6)
    return "".join(_ALPHABET[number >> 6 * at & 63] for at in reversed(range(count)))
