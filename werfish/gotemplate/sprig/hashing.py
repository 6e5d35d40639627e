"""The functions of sprig that digest text, and passwords derived from a secret."""

import hashlib
import hmac
import zlib
from collections.abc import Callable

from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.bcrypt_hash import bcrypt_of
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.types import type_named
from werfish.gotemplate.values import to_bytes

_SEED = b"com.lyndir.masterpassword"
_TEMPLATES = {
    "maximum": ("anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"),
    "long": (
        *("CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv"),
        *("CvccCvcvnoCvcv", "CvccCvcvCvcvno", "CvcvnoCvccCvcv", "CvcvCvccnoCvcv"),
        *("CvcvCvccCvcvno", "CvcvnoCvcvCvcc", "CvcvCvcvnoCvcc", "CvcvCvcvCvccno"),
        *("CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno", "CvcvnoCvccCvcc"),
        *("CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc"),
        "CvccCvcvCvccno",
    ),
    "medium": ("CvcnoCvc", "CvcCvcno"),
    "short": ("Cvcn",),
    "basic": ("aaanaaan", "aannaaan", "aaannaaa"),
    "pin": ("nnnn",),
}
_LETTERS = {
    "V": "AEIOU",
    "C": "BCDFGHJKLMNPQRSTVWXYZ",
    "v": "aeiou",
    "c": "bcdfghjklmnpqrstvwxyz",
    "A": "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
    "a": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
    "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
}


def derive_password(counter: int, kind: str, password: str, user: str, site: str) -> str:
    """Derive the password of *user* at *site* from *password*, by the Master Password algorithm."""
    templates = _TEMPLATES.get(kind)
    if templates is None:
        return f"cannot find password template {kind}"
    salt = _SEED + _measured(user)
    key = hashlib.scrypt(
        to_bytes(password), salt=salt, n=32768, r=8, p=2, dklen=64, maxmem=128 * 2**20
    )
    message = _SEED + _measured(site) + counter.to_bytes(4, "big")
    seed = hmac.digest(key, message, "sha256")
    template = templates[seed[0] % len(templates)]
    letters = [_LETTERS[place] for place in template]
    return "".join(each[seed[at] % len(each)] for at, each in enumerate(letters, 1))


def _measured(text: str) -> bytes:
    data = to_bytes(text)
    return len(data).to_bytes(4, "big") + data


def _htpasswd(host: Host, user: str, password: str) -> str:
    if ":" in user:
        return f"invalid username: {user}"
    return f"{user}:{_bcrypt(host, password)}"


def _bcrypt(host: Host, password: str) -> str:
    data = to_bytes(password)
    if len(data) > 72:
        problem = "bcrypt: password length exceeds 72 bytes"
        return f"failed to encrypt string with bcrypt: {problem}"
    return bcrypt_of(data, host.random(16))


_DIGESTS: dict[str, Callable[[str], str]] = {
    "sha1sum": lambda text: hashlib.sha1(to_bytes(text), usedforsecurity=False).hexdigest(),
    "sha256sum": lambda text: hashlib.sha256(to_bytes(text)).hexdigest(),
    "sha512sum": lambda text: hashlib.sha512(to_bytes(text)).hexdigest(),
    "adler32sum": lambda text: str(zlib.adler32(to_bytes(text))),
}


def functions(host: Host) -> dict[str, Function]:
    """Return the functions; salts come from *host*."""
    texts = (type_named("string"),) * 4
    return {
        **{name: function(call, "string") for name, call in _DIGESTS.items()},
        "derivePassword": Function(derive_password, (type_named("uint32"), *texts)),
        "bcrypt": function(lambda password: _bcrypt(host, password), "string"),
        "htpasswd": function(
            lambda user, password: _htpasswd(host, user, password), "string", "string"
        ),
    }
