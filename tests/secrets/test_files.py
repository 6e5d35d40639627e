"""Files of secrets, and their change to another key."""

from pathlib import Path

import pytest

from werfish.secrets.errors import DecryptError
from werfish.secrets.files import Form, SecretFile, opened, rekeyed, sealed, secret_files
from werfish.secrets.key import parse_key

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
