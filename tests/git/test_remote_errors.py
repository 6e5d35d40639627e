"""What git says of a remote repository, as errors with a remedy."""

import pytest

from werfish.git.command import complaint_of
from werfish.git.remote_errors import (
    CertificateError,
    ChangedHostKeyError,
    HostKeyError,
    NoRemoteRepositoryError,
    RefusedError,
    Remote,
    RemoteError,
    UnknownHostError,
    UnreachableError,
    remote_error,
)
from werfish.process import Completed


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


ENDED = (
    "fatal: Could not read from remote repository.",
    "",
    "Please make sure you have the correct access rights",
    "and the repository exists.",
)
CHANGED = (
    "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
    "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
    "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
    "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!",
    "Offending ED25519 key in /root/.ssh/known_hosts:1",
    "Host key verification failed.\r",
)


@pytest.mark.parametrize(
    ("said", "kind", "problem"),
    [
        pytest.param(
            ("Host key verification failed.\r",),
            HostKeyError,
            "Host key verification failed",
            id="unknown-host-key",
        ),
        pytest.param(
            CHANGED,
            ChangedHostKeyError,
            "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!",
            id="changed-host-key",
        ),
        pytest.param(
            (
                "Warning: Permanently added 'h' (ED25519) to the list of known hosts.\r",
                "git@h: Permission denied (publickey).\r",
            ),
            RefusedError,
            "git@h: Permission denied (publickey)",
            id="refused-key",
        ),
        pytest.param(
            ("ssh: Could not resolve hostname h: Name or service not known\r",),
            UnknownHostError,
            "ssh: Could not resolve hostname h: Name or service not known",
            id="unknown-host",
        ),
        pytest.param(
            ("remote:", "remote: ERROR: The project could not be found.", "remote: ====="),
            NoRemoteRepositoryError,
            "ERROR: The project could not be found",
            id="unknown-repository",
        ),
        pytest.param(
            ("FATAL: R any lib ada DENIED by fallthru",),
            RemoteError,
            "FATAL: R any lib ada DENIED by fallthru",
            id="words-nobody-knows",
        ),
        pytest.param((), RemoteError, "Could not read from remote repository", id="nothing"),
    ],
)
def test_the_line_of_ssh_is_told(
    said: tuple[str, ...], kind: type[RemoteError], problem: str
) -> None:
    complaint = "Could not read from remote repository."
    error = remote_error(Remote("git@h:a/b"), [*said, *ENDED], complaint)
    assert (type(error), error.problem) == (kind, problem)


@pytest.mark.parametrize(
    ("url", "scanned", "forgotten"),
    [
        pytest.param("git@h.org:a/b", "h.org", "h.org", id="short"),
        pytest.param("ssh://git@h.org/a/b", "h.org", "h.org", id="url"),
        pytest.param("ssh://git@h.org:2222/a", "-p 2222 h.org", "'[h.org]:2222'", id="port"),
        pytest.param("ssh://git@[::1]:2222/a", "-p 2222 ::1", "'[::1]:2222'", id="address"),
        pytest.param("git@[h.org:2222]:a/b", "-p 2222 h.org", "'[h.org]:2222'", id="short-port"),
    ],
)
def test_hints_name_the_server(url: str, scanned: str, forgotten: str) -> None:
    unknown = remote_error(Remote(url), ["Host key verification failed."], "")
    assert unknown.hint.endswith(f": ssh-keyscan {scanned} >> ~/.ssh/known_hosts")
    changed = remote_error(Remote(url), CHANGED, "")
    assert f"(ssh-keygen -R {forgotten})" in changed.hint


@pytest.mark.parametrize(
    ("url", "named"),
    [
        pytest.param("git@h:a/b", "--ssh-key", id="ssh-short"),
        pytest.param("ssh://h/a/b", "--ssh-key", id="ssh"),
        pytest.param("https://h/a/b", "git.basicAuth", id="https"),
    ],
)
def test_who_is_refused_reads_of_its_own_credentials(url: str, named: str) -> None:
    assert named in remote_error(Remote(url), ["x: Permission denied"], "x").hint


def test_a_complaint_that_goes_on_in_the_next_line_is_whole() -> None:
    said = b"fatal: unable to connect to 127.0.0.1:\n127.0.0.1[0]: errno=Connection refused\n"
    told = complaint_of(Completed(128, b"", said))
    assert told == "unable to connect to 127.0.0.1: 127.0.0.1[0]: errno=Connection refused"


def test_the_clones_own_remote_is_mended_in_the_clone() -> None:
    """Nobody wrote a git.url for it."""
    remote = Remote("https://example.com/a", is_own=True)
    error = remote_error(remote, ["fatal: repository 'https://example.com/a' not found"], "x")
    assert "git.url" not in error.hint
    assert "basicAuth" not in error.hint
    assert "git remote -v" in error.hint
