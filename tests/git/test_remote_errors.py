"""What git says of a remote repository, as errors with a remedy."""

import pytest

from werfish.git.remote_errors import (
    CertificateError,
    NoRemoteRepositoryError,
    Remote,
    RemoteError,
    UnreachableError,
    remote_error,
)


@pytest.mark.parametrize(
    ("url", "line", "kind"),
    [
        (
            "https://h/acme/certificates.git",
            "fatal: repository 'https://h/acme/certificates.git/' not found",
            NoRemoteRepositoryError,
        ),
        (
            "https://tls.example.com/a/b",
            "fatal: unable to access 'https://tls.example.com/a/b/': Failed to connect to"
            " tls.example.com port 443",
            UnreachableError,
        ),
        ("git@h:tls/lib", "ERROR: access to 'tls/lib' ended early", RemoteError),
        ("/a", "fatal: '/a' does not appear to be a git repository", NoRemoteRepositoryError),
        ("https://h/a", "fatal: server certificate verification failed", CertificateError),
    ],
)
def test_words_of_the_address_say_nothing(url: str, line: str, kind: type[RemoteError]) -> None:
    assert type(remote_error(Remote(url), [line], line)) is kind
