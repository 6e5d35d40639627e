"""Files of secrets, and their change to another key."""

from contextlib import suppress
from pathlib import Path

import pytest

from werfish.secrets.errors import DecryptError, SecretFileError
from werfish.secrets.files import Form, SecretFile, opened, rekeyed, sealed, secret_files
from werfish.secrets.key import SecretKey, parse_key

OLD, NEW, OTHER = (parse_key(byte * 16, "") for byte in ("11", "22", "33"))


@pytest.mark.parametrize("data", [b"", b"text\n", b"\0\xff", b"a: b"])
def test_a_whole_file_comes_back(data: bytes) -> None:
    assert opened(sealed(data, Form.WHOLE, OLD, "f"), Form.WHOLE, OLD, "f") == data


def test_an_unchanged_file_stays() -> None:
    before = sealed(b"text", Form.WHOLE, OLD, "f")
    assert sealed(b"text", Form.WHOLE, OLD, "f", before) == before
    assert sealed(b"other", Form.WHOLE, OLD, "f", before) != before


def test_the_secrets_of_a_chart(tmp_path: Path) -> None:
    (tmp_path / "secret" / "tls").mkdir(parents=True)
    (tmp_path / "secret" / "tls" / "key").touch()
    (tmp_path / "secret-values.yaml").touch()
    extra = tmp_path / "more.yaml"
    assert [(file.path.name, file.form) for file in secret_files(tmp_path, [extra])] == [
        ("secret-values.yaml", Form.VALUES),
        ("more.yaml", Form.VALUES),
        ("key", Form.WHOLE),
    ]


@pytest.mark.parametrize("form", Form)
def test_a_change_of_keys_can_be_repeated(tmp_path: Path, form: Form) -> None:
    file = SecretFile(tmp_path / "f", form)
    file.write(sealed(b"a: b\n", form, OLD, "f"))
    changed = rekeyed(file, OLD, NEW)
    assert changed
    file.write(changed)
    assert opened(file.read(), form, NEW, "f") == b"a: b\n"
    assert rekeyed(file, OLD, NEW) is None
    with pytest.raises(DecryptError):
        rekeyed(file, OLD, OTHER)


def test_who_may_read_a_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.touch()
    path.chmod(0o640)
    SecretFile(path, Form.WHOLE).write(b"x")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"x", 0o640)


def opened_by_both(data: bytes, key: SecretKey, other: SecretKey) -> bytes:
    """Return *data* under *key* as it looks right under the *other* too: one in 256 does."""
    while True:
        secret = sealed(data, Form.WHOLE, key, "f")
        with suppress(DecryptError):
            opened(secret, Form.WHOLE, other, "f")
            return secret


def test_what_looks_right_under_both_keys_is_not_spoilt(tmp_path: Path) -> None:
    """A run that was killed is repeated: by chance a file under the new key opens with the old."""
    file = SecretFile(tmp_path / "f", Form.WHOLE)
    file.write(opened_by_both(b"text\n", NEW, OLD))
    assert rekeyed(file, OLD, NEW) is None
    file.write(opened_by_both(b"text\n", OLD, NEW))
    assert opened(rekeyed(file, OLD, NEW) or b"", Form.WHOLE, NEW, "f") == b"text\n"


def test_where_nobody_can_tell_the_key_nothing_is_changed(tmp_path: Path) -> None:
    file = SecretFile(tmp_path / "f", Form.WHOLE)
    file.write(opened_by_both(b"\xff\x00", NEW, OLD))
    with pytest.raises(SecretFileError, match="both keys"):
        rekeyed(file, OLD, NEW)
