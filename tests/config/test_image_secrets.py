"""Secrets: where they come from, what they are called, and that they are not shown."""

import pytest

from stages.secret import Secret, SecretSource
from tests.config.reading import dockerfile, stapel, table, told
from werfish.config.image_secrets import SECRET, secret_findings, secret_of


@pytest.mark.parametrize(
    ("text", "name", "source", "place"),
    [
        ("{env: TOKEN}", "TOKEN", SecretSource.ENV, "TOKEN"),
        ("{id: a, env: TOKEN}", "a", SecretSource.ENV, "TOKEN"),
        ("{src: ~/.netrc}", ".netrc", SecretSource.SRC, "~/.netrc"),
        ("{src: a/b.pem}", "b.pem", SecretSource.SRC, "a/b.pem"),
        ("{id: a, src: a/b.pem}", "a", SecretSource.SRC, "a/b.pem"),
        ("{id: a, value: hush}", "a", SecretSource.VALUE, "hush"),
    ],
)
def test_what_a_secret_is(text: str, name: str, source: SecretSource, place: str) -> None:
    assert told(text, SECRET) == []
    found = secret_of(table(text))
    assert (found.id, found.source, found.place) == (name, source, place)


def test_a_secret_is_not_shown() -> None:
    assert "hush" not in repr(stapel("secrets: [{id: a, value: hush}]"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{id: a}", '"env", "src" or "value" is missing'),
        ("{env: A, src: b}", 'src: it excludes "env"; keep one of them'),
        ("{value: hush}", '"id" is missing: a value has no name of its own'),
        ("{id: '', env: A}", "id: it is empty"),
        ("{env: ''}", "env: it is empty"),
        ("{file: a}", 'unknown key "file"; write "src"'),
    ],
)
def test_what_is_wrong(text: str, problem: str) -> None:
    assert told(text, SECRET) == [problem]


def test_two_secrets_of_one_name() -> None:
    secrets = [table(text) for text in ("{env: A}", "{id: A, src: x}", "{src: y/x}", "{src: x}")]
    assert [(one.path, one.text) for one in secret_findings(secrets)] == [
        ("secrets[1]", 'a secret "A" is there already, secrets[0]'),
        ("secrets[3]", 'a secret "x" is there already, secrets[2]'),
    ]


def test_both_kinds_of_images_have_secrets() -> None:
    expected = (Secret("A", SecretSource.ENV, "A"),)
    assert (
        stapel("secrets: [env: A]").secrets == dockerfile("secrets: [env: A]").secrets == expected
    )
