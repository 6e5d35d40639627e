"""Make, open, edit and re-encrypt a project's secrets."""

from collections.abc import Callable, Sequence

from werfish.log import Log
from werfish.secrets.editor import edited
from werfish.secrets.errors import SecretFileError
from werfish.secrets.files import Form, SecretFile, opened, rekeyed, sealed
from werfish.secrets.key import SecretKey


def encrypt_data(data: bytes, form: Form, key: SecretKey, name: str) -> bytes:
    """Return *data* encrypted; *name* is what messages call it."""
    return sealed(data, form, key, name)


def decrypt_data(data: bytes, form: Form, key: SecretKey, name: str) -> bytes:
    """Return what the encrypted *data* hides."""
    return opened(data, form, key, name)


def edit_secret(
    file: SecretFile,
    key: SecretKey,
    editor: Callable[[Sequence[str]], int],
    again: Callable[[str], bool],
    log: Log,
) -> None:
    """Let the user edit *file*, which need not be there yet; what is unchanged stays as it is.

    Text that is no YAML where values are wanted is not saved: *again* is told why, and says whether
    the user wants to go on editing.
    """
    name = str(file.path)
    before = file.read() if file.path.exists() else b""
    plain = opened(before, file.form, key, name)
    wanted, after = edited(plain, file.path.name, editor), None
    while after is None:
        try:
            after = sealed(wanted, file.form, key, name, before)
        except SecretFileError as error:
            if not again(str(error)):
                raise
            wanted = edited(wanted, file.path.name, editor)
    if wanted == plain or after == before:
        log.info(f"{name} is unchanged")
    else:
        file.write(after)
        log.info(f"{name} is encrypted and saved")


def rotate_key(files: Sequence[SecretFile], old: SecretKey, new: SecretKey, log: Log) -> None:
    """Encrypt *files* with the *new* key instead of the *old* one.

    All of them are decrypted before the first is written. A run that was killed can be repeated:
    files under the new key stay as they are.
    """
    changed = [(file, rekeyed(file, old, new)) for file in files]
    for file, data in changed:
        if data is None:
            log.info(f"{file.path} has the new key already")
            continue
        file.write(data)
        log.info(f"{file.path} has the new key")
    if not files:
        log.info("there are no secrets in the chart")
