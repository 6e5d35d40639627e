"""What instructions of a build get of this host: keys, kept folders, the user's terminal."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stages.light_dataclass import dataclass
from werfish.cli.flags import IntrospectionFlags, SshFlags
from werfish.cli.home import Home

if TYPE_CHECKING:
    from werfish.build.introspection import Introspection
    from werfish.build.surroundings import SshAgent, Surroundings
    from werfish.config.model import Project
    from werfish.containers.terminal import Terminal
    from werfish.locks.lock import Locks
    from werfish.storage.leases import HostLease


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says of it; commands that build nothing say nothing."""

    ssh: SshFlags = SshFlags()
    introspection: "Introspection | None" = None


def surroundings_of(
    project: "Project", home: Home, locks: "Locks", agent: "SshAgent | None", wanted: Wanted
) -> "Surroundings":
    """Return what instructions of *project* may see."""
    from werfish.build.introspection import Introspection
    from werfish.build.surroundings import Surroundings
    from werfish.storage.mount_runs import MountRunRecords

    return Surroundings(
        project.directory,
        home.mounts / project.name,
        os.environ,
        MountRunRecords(home.mount_runs, locks, home.mounts, time.time),
        agent,
        wanted.introspection or Introspection(),
        _terminal(),
    )


@contextmanager
def ssh_agent(wanted: Wanted, lease: "HostLease") -> "Iterator[SshAgent | None]":
    """Give an agent with the keys that the user named, else the user's own where it is there.

    The folders of agents whose build was killed are removed first.
    """
    from werfish.build.surroundings import SshAgent
    from werfish.containers.private_folder import sweep_folders

    sweep_folders(lease)
    if wanted.ssh.ssh_keys:
        from werfish.containers.ssh_agent import agent_with

        with agent_with([Path(key).expanduser() for key in wanted.ssh.ssh_keys], lease) as socket:
            yield SshAgent(socket, is_asked=True)
        return
    own = Path(os.environ.get("SSH_AUTH_SOCK", "/nowhere"))
    yield SshAgent(own) if own.is_socket() else None


def introspection_of(flags: IntrospectionFlags) -> "Introspection":
    """Parse where shells are wanted; without a terminal nobody could use them."""
    from werfish.build.introspection import Introspection, NoTerminalError, pattern_of

    try:
        patterns = tuple(pattern_of(text) for text in flags.introspect_stages)
    except ValueError as error:
        raise click.UsageError(f"--introspect-stage: {error}") from error
    wanted = Introspection(patterns, flags.introspect_error, flags.introspect_before_error)
    if wanted.is_wanted and _terminal() is None:
        raise NoTerminalError
    return wanted


def _terminal() -> "Terminal | None":
    """Return the user's terminal, if standard input and output (or error) are one."""
    if not os.isatty(0):
        return None
    from werfish.containers.terminal import terminal_at

    return terminal_at(0, (1, 2), os.environ.get("TERM", ""))
