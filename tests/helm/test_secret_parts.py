"""What of a chart is opened, and masked."""

from base64 import b64encode
from io import StringIO
from pathlib import Path

import pytest

from werfish.helm.secret_parts import secret_parts
from werfish.log import Log
from werfish.secrets.files import Form, sealed
from werfish.secrets.key import SecretKey, parse_key

KEY = parse_key("11" * 16, "")


def never() -> SecretKey:
    raise AssertionError("the key is not needed")


def test_a_chart_without_secrets_needs_no_key(tmp_path: Path) -> None:
    parts = secret_parts(tmp_path, (), never, lambda _: None)
    assert (parts.values, parts.files) == ((), {})


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    (tmp_path / "secret" / "tls").mkdir(parents=True)
    (tmp_path / "secret" / "tls" / "key").write_bytes(
        sealed(b"first line\nsecond", Form.WHOLE, KEY, "")
    )
    text = b"db: {password: hunter22, port: 1, tls: true}\n"
    (tmp_path / "secret-values.yaml").write_bytes(sealed(text, Form.VALUES, KEY, ""))
    (tmp_path / "more.yaml").write_bytes(sealed(b"db: {port: 2}", Form.VALUES, KEY, ""))
    return tmp_path


def test_secrets_are_opened_and_masked(chart: Path) -> None:
    masked: list[str] = []
    parts = secret_parts(chart, [chart / "more.yaml"], lambda: KEY, masked.append)
    assert parts.values == (
        {"db": {"password": "hunter22", "port": "1", "tls": "true"}},
        {"db": {"port": "2"}},
    )
    assert parts.files == {"tls/key": b"first line\nsecond"}
    known = ["hunter22", "first line\nsecond", "first line"]
    encoded = [b64encode(text.encode()).decode() for text in known]
    assert set(masked) == {*known, *encoded, r"first line\nsecond"}
    assert parts.texts == tuple(masked)
    assert "hunter22" not in repr(parts)


def test_a_single_line_is_masked_without_its_line_break(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "token").write_bytes(sealed(b"hunter22\n", Form.WHOLE, KEY, ""))
    log = Log(StringIO(), clock=lambda: 0.0)
    secret_parts(tmp_path, (), lambda: KEY, log.mask)
    assert log.masked("+  token: hunter22") == "+  token: ***"
    assert log.masked(b64encode(b"hunter22").decode()) == "***"


def test_without_a_key_they_stay_as_they_are(chart: Path) -> None:
    parts = secret_parts(chart, (), None, lambda _: None)
    assert parts.values[0]["db"]["password"].startswith("1000")


@pytest.mark.parametrize(
    "written",
    [
        '{"a":"x<\\"y\\\\&"}',  # quote, mustToRawJson
        r'{"a":"x\u003c\"y\\\u0026"}',  # toJson
    ],
)
def test_a_secret_is_masked_as_json_writes_it(tmp_path: Path, written: str) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "token").write_bytes(sealed(b'x<"y\\&', Form.WHOLE, KEY, ""))
    log = Log(StringIO(), clock=lambda: 0.0)
    secret_parts(tmp_path, (), lambda: KEY, log.mask)
    assert log.masked(written) == '{"a":"***"}'
