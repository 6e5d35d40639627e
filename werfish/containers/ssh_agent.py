"""An ssh-agent of our own for the keys that the user names, for as long as the build goes on.

The agent ends with us, however we end: it watches the program that it was started for, and that one
reads a pipe whose other end only we hold.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from werfish.containers.private_folder import Notes, private_folder
from werfish.errors import BuildError
from werfish.process import ProcessError, run, start

_WATCHED = "echo $SSH_AGENT_PID; exec cat > /dev/null"
_ADD_TIMEOUT = 30.0
_LOCKED = "add a key with a passphrase to an agent of yours (ssh-add), and leave --ssh-key out"


class SshKeyError(BuildError):
    """A key cannot be used: it is not there, no key, or locked; *key* is its path."""

    def __init__(self, key: Path, problem: str, hint: str = "") -> None:
        """Name the key and the problem."""
        super().__init__(f'add the ssh key "{key}": {problem}', hint=hint)
        self.key = key


class NoSshAgentError(BuildError):
    """OpenSSH's programs are not on this host, or do not work."""

    def __init__(self, problem: str) -> None:
        """Say what they said."""
        super().__init__(
            f"start an ssh agent for --ssh-key: {problem}",
            hint="install OpenSSH's client (apt-get install openssh-client)",
        )


@contextmanager
def agent_with(keys: Sequence[Path], notes: Notes) -> Iterator[Path]:
    """Start an agent that holds *keys*, give its socket, and end it after the block."""
    for key in keys:
        if not key.is_file():
            raise SshKeyError(key, "no such file")
    with private_folder(notes) as folder, _agent(folder / "agent"):
        for key in keys:
            _add(key, folder / "agent")
        yield folder / "agent"


@contextmanager
def _agent(place: Path) -> Iterator[None]:
    """Run an agent that listens at *place* during the block."""
    try:
        process = start(["ssh-agent", "-a", str(place), "sh", "-c", _WATCHED])
    except ProcessError as error:
        raise NoSshAgentError(str(error)) from error
    with process:
        identity = process.stdout.readline().strip() if process.stdout else b""
        try:
            if not identity.isdigit():
                raise NoSshAgentError("it ended at once")
            yield
        finally:
            # Its parent, which waits for us, still lives: the id is not anybody else's yet.
            if identity.isdigit():
                with suppress(ProcessLookupError):
                    os.kill(int(identity), signal.SIGTERM)


def _add(key: Path, agent: Path) -> None:
    """Add *key*; nobody is asked for a passphrase, for several builds share one terminal."""
    silent = {"SSH_ASKPASS_REQUIRE": "force", "SSH_ASKPASS": "/bin/false"}
    environment = {"SSH_AUTH_SOCK": str(agent), **silent}
    try:
        run(["ssh-add", str(key)], env=environment, timeout=_ADD_TIMEOUT)
    except ProcessError as error:
        if error.code is None:
            raise NoSshAgentError(str(error)) from error
        raise SshKeyError(key, *_problem(key, error.tail)) from error


def _problem(key: Path, said: str) -> tuple[str, str]:
    """Return the line that says why, and a hint; of a passphrase that nobody gives nothing is said.

    A public key is known by itself: ssh-add complains of its mode, or of what it is not.
    """
    if _is_public(key):
        named = f": {key.with_suffix('')}" if key.suffix == ".pub" else ""
        return "it is the public key", f"name the private one{named}"
    lines = [line for line in said.splitlines() if line.strip("@ ")]
    about = [line for line in lines if str(key) in line]
    if not lines:
        return "it is locked by a passphrase", _LOCKED
    hint = f"chmod 600 {key}" if "too open" in said else "name a private key that ssh-add can read"
    return (about or lines)[0], hint


def _is_public(key: Path) -> bool:
    try:
        with key.open("rb") as file:
            return file.read(4) in (b"ssh-", b"ecds", b"sk-s", b"sk-e")
    except OSError:
        return False
