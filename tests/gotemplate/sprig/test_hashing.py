"""Digests of passwords."""

import pytest

from tests.gotemplate.sprig.rendering import rendered
from werfish.gotemplate.sprig.bcrypt_hash import digest_of, encoded


@pytest.mark.parametrize(
    ("password", "cost", "text"),
    [
        pytest.param("secret", 4, "4AbFLftUBUHQbseIwAiOGKsNRgByuEG", id="word"),
        pytest.param("", 4, "q1wbVgYezarXi1FgOYk1qMNtxVndjJm", id="empty"),
        pytest.param("pässword " * 7, 4, "z4JmAuk88wFaKO87uosYRIKqVJjr02i", id="long"),
        pytest.param("x" * 72, 5, "4Y9NIw9xqV79LfyoAlCFvASSxc/20QW", id="as-long-as-can-be"),
    ],
)
def test_bcrypt_is_gos(password: str, cost: int, text: str) -> None:
    """The salt is the bytes from 0 to 15; Go wrote the hashes."""
    digest = digest_of(password.encode(), bytes(range(16)), cost)[:23]
    assert encoded(digest) == text


def test_an_entry_of_htpasswd_has_a_bcrypt_hash() -> None:
    entry = rendered('{{ htpasswd "user" "secret" }}')
    assert entry.startswith("user:$2a$10$")
    assert len(entry) == 65
