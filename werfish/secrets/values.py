"""Encrypt and decrypt the values of a YAML text; keys, comments, anchors and order stay.

As in werf, what is encrypted is text: a number or a truth is encrypted as Go prints it, and comes
back as text.
"""

from collections.abc import Callable, Iterable, Mapping

from werfish.secrets.cipher import decrypt, encrypt
from werfish.secrets.errors import DecryptError, SecretFileError
from werfish.secrets.key import SecretKey
from werfish.secrets.places import Path, Value, YamlTextError, replaced, values_in
from werfish.secrets.scalar_text import scalar_text

NOTHING = "<nil>"
"""How Go, and so werf, prints a value that is nothing."""


def encrypt_values(text: str, key: SecretKey, name: str, before: str = "") -> str:
    """Return *text* with its values encrypted; *name* is what messages call it.

    A value that is the same as in the encrypted text *before* keeps its secret, so that only what
    changed differs. *before* may be undecipherable: then nothing is kept.
    """
    kept = _kept(before, key)

    def written(value: Value) -> str:
        plain = plain_of(value)
        old = kept.get(value.path)
        return old[1] if old and old[0] == plain else _encrypted(plain, key)

    return _replaced("encrypt", text, name, written)


def decrypt_values(text: str, key: SecretKey, name: str) -> str:
    """Return *text* with its values decrypted; *name* is what messages call it."""

    def written(value: Value) -> str:
        return scalar_text(_decrypted(value, key, name), value.indent, is_inline=value.is_inline)

    return _replaced("decrypt", text, name, written)


def secrets_in(text: str) -> Iterable[str]:
    """Return the values of the decrypted *text*, for masking."""
    return (value.text for value in values_in(text))


def plain_of(value: Value) -> str:
    """Return what of *value* is encrypted: what Go prints for it."""
    from werfish.gotemplate.errors import GoError
    from werfish.gotemplate.formatting import text_of
    from werfish.gotemplate.yaml_v2.resolving import resolve

    if value.is_text:
        return value.text
    try:
        found = resolve("", value.text)[1]
    except GoError:
        return value.text
    return NOTHING if found is None else text_of(found)


def _encrypted(plain: str, key: SecretKey) -> str:
    return encrypt(plain.encode(), key) or '""'


def _decrypted(value: Value, key: SecretKey, name: str) -> str:
    what = f'"{name}": line {value.line}: {dotted(value.path)}'
    data = decrypt(value.text, key, what)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DecryptError(what, "check encryption key and data: it is not text") from error


def dotted(path: Path) -> str:
    """Return *path* for people: ``db.users[0].password``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".") or "the value"


def _kept(before: str, key: SecretKey) -> Mapping[Path, tuple[str, str]]:
    """Return what each value of the encrypted text *before* hides, and its secret."""
    if not before:
        return {}
    try:
        return {
            value.path: (decrypt(value.text, key).decode("utf-8", "surrogateescape"), value.text)
            for value in values_in(before)
            if value.text
        }
    except (DecryptError, YamlTextError):
        return {}


def _replaced(doing: str, text: str, name: str, written: Callable[[Value], str]) -> str:
    try:
        return replaced(text, written)
    except YamlTextError as error:
        raise SecretFileError(doing, name, f"line {error.line} is not YAML: {error}") from error
