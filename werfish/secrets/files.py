"""Files of secrets: whole ones, and those of values; read, written, and given another key."""

from collections.abc import Iterable
from enum import Enum, auto
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.containers.atomic_file import write_whole
from werfish.secrets.cipher import decrypt, encrypt
from werfish.secrets.errors import DecryptError, SecretFileError
from werfish.secrets.key import SecretKey
from werfish.secrets.values import decrypt_values, encrypt_values

VALUES_FILE, FOLDER = "secret-values.yaml", "secret"
"""What of a chart is encrypted: a file of values, and a folder of files."""


class Form(Enum):
    """What of a file is encrypted: all of it at once, or each of its values."""

    WHOLE = auto()
    VALUES = auto()


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A file of secrets at *path*."""

    path: Path
    form: Form

    def read(self) -> bytes:
        """Return its content."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            problem = (error.strerror or str(error)).lower()
            raise SecretFileError("read", str(self.path), problem) from error

    def write(self, data: bytes) -> None:
        """Replace its content at once; who may read it stays."""
        mode = self.path.stat().st_mode if self.path.exists() else None
        write_whole(self.path.resolve(), data)
        if mode is not None:
            self.path.chmod(mode & 0o7777)


def sealed(data: bytes, form: Form, key: SecretKey, name: str, before: bytes = b"") -> bytes:
    """Return *data* encrypted; secrets of *before* whose value is the same stay as they are."""
    if form is Form.WHOLE:
        if before and _opened_or_nothing(before, form, key) == data:
            return before
        return f"{encrypt(data, key)}\n".encode() if data else b""
    return encrypt_values(text_of(data, name), key, name, before.decode(errors="replace")).encode()


def opened(data: bytes, form: Form, key: SecretKey, name: str) -> bytes:
    """Return what the encrypted *data* hides; *name* is what messages call it."""
    if form is Form.WHOLE:
        return decrypt(data.decode(errors="replace"), key, f'"{name}"')
    return decrypt_values(text_of(data, name), key, name).encode()


def rekeyed(file: SecretFile, old: SecretKey, new: SecretKey) -> bytes | None:
    """Return the content of *file* under the *new* key, ``None`` where it is under that already.

    The wrong key gives nonsense, and no error, once in 256 times: what both open is text under one
    of them only. `SecretFileError` where it is not.
    """
    data, name = file.read(), str(file.path)
    after = _opened_or_nothing(data, file.form, new)
    if after is None:
        return sealed(opened(data, file.form, old, name), file.form, new, name)
    before = _opened_or_nothing(data, file.form, old)
    if before is None:
        return None
    if before != after and _is_text(before) is _is_text(after):
        hint = "decrypt it with its own key, and encrypt that with the new one"
        problem = "both keys open it, and one of them by chance"
        raise SecretFileError("re-encrypt", name, problem, hint=hint)
    return sealed(before, file.form, new, name) if before == after or _is_text(before) else None


def secret_files(chart: Path, extra: Iterable[Path] = ()) -> tuple[SecretFile, ...]:
    """Return the files of secrets in the folder *chart*, and *extra* files of values."""
    values = [path for path in (chart / VALUES_FILE,) if path.is_file()]
    whole = sorted(path for path in (chart / FOLDER).rglob("*") if path.is_file())
    return (
        *(SecretFile(path, Form.VALUES) for path in (*values, *extra)),
        *(SecretFile(path, Form.WHOLE) for path in whole),
    )


def text_of(data: bytes, name: str) -> str:
    """Return *data* as text."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SecretFileError("read", name, "it is not UTF-8 text") from error


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _opened_or_nothing(data: bytes, form: Form, key: SecretKey) -> bytes | None:
    try:
        return opened(data, form, key, "")
    except DecryptError:
        return None
