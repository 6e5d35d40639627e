"""BuildKit: a buildkitd of our own on a socket of our own, and the buildctl that speaks to it.

Only suites that ask for it start it, for it takes minutes to build. Its containers are runc's; they
have the network of this machine, so that nothing of it is changed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from integration.kit import cgroups, daemon, programs, registry
from integration.kit.apt import Need, find
from integration.kit.command import run, succeeds
from integration.kit.errors import KitError
from integration.kit.files import remove_empty, write_changed
from integration.kit.golang import binary_of, build
from integration.kit.mounts import unmount_below
from integration.kit.part import Kit, Status
from integration.kit.progress import say
from integration.kit.versions import BUILDKIT_CLIENT, BUILDKIT_SERVER
from integration.kit.words import version_in

NAME = "buildkitd"
VARIABLE = "WERFISH_KIT_BUILDKIT_HOST"
"""Not ``BUILDKIT_HOST``: what is started for one suite shall not change what others build with."""

CGROUP = "werfish-kit-buildkit"
CONFIG = """root = "{home}/root"
insecure-entitlements = ["network.host"]
[grpc]
  address = ["{host}"]
[otel]
  socketPath = "{home}/otel.sock"
[cdi]
  disabled = true
[worker.oci]
  enabled = true
  binary = "{runc}"
  defaultCgroupParent = "{cgroup}"
  networkMode = "host"
[worker.containerd]
  enabled = false
[registry."docker.io"]
  mirrors = ["{mirror}"]
[registry."{mirror}"]
  http = true
"""


def needs(kit: Kit) -> tuple[Need, ...]:
    """Return what runs the containers."""
    return (Need("runc", "runc"),)


def prepare(kit: Kit) -> None:
    """Build the daemon and its client."""
    build(kit.folders, "buildkit", (BUILDKIT_SERVER, BUILDKIT_CLIENT))


def up(kit: Kit) -> None:
    """Start buildkitd and link buildctl where the tests find it."""
    client = binary_of(kit.folders, BUILDKIT_CLIENT)
    programs.link(kit.folders, "buildctl", client)
    if daemon.is_alive(kit.folders, NAME) and _answers(kit):
        say("buildkit", f"already up at {host_of(kit)}")
        return
    doing = f"buildkit: start {NAME}"
    daemon.refuse_second(kit.folders, NAME, doing=doing)
    config = _write_config(kit)
    argv = [str(binary_of(kit.folders, BUILDKIT_SERVER)), "--config", str(config)]
    # Of a build that is killed it leaves the socket of an agent behind.
    daemon.start(kit.folders, NAME, argv, doing=doing, temporary=_home(kit) / "tmp")
    daemon.wait_for(kit.folders, lambda: _answers(kit), seconds=60, doing=doing, daemons=[NAME])
    say("buildkit", f"up at {host_of(kit)}")


def down(kit: Kit) -> None:
    """End buildkitd with its containers, and remove what it keeps."""
    programs.unlink(kit.folders, "buildctl")
    if not _home(kit).exists():
        return
    daemon.stop(kit.folders, NAME, seconds=20)
    cgroups.remove(CGROUP)
    unmount_below(_home(kit))
    remove_empty(("/run/runc",))
    shutil.rmtree(_home(kit))
    _socket(kit).unlink(missing_ok=True)
    say("buildkit", "down")


def status(kit: Kit) -> Status:
    """Return how buildkitd is."""
    if not _home(kit).exists():
        return Status(None)
    running = daemon.is_alive(kit.folders, NAME) and _answers(kit)
    argv = [str(binary_of(kit.folders, BUILDKIT_SERVER)), "--version"]
    try:
        version = version_in(run(argv, doing="buildkit: ask for the version"))
    except KitError:
        version = "-"
    return Status(running, version, host_of(kit))


def variables(kit: Kit) -> dict[str, str]:
    """Return where buildkitd listens."""
    return {VARIABLE: host_of(kit)} if daemon.is_alive(kit.folders, NAME) else {}


def leftovers(kit: Kit) -> list[str]:
    """Return the groups of its containers, when no buildkitd of a kit is there to own them."""
    if daemon.is_alive(kit.folders, NAME) or daemon.elsewhere(kit.folders, NAME) is not None:
        return []
    return [f"cgroup {path}" for path in cgroups.groups_of(CGROUP)]


def host_of(kit: Kit) -> str:
    """Return where our buildkitd listens."""
    return f"unix://{_socket(kit)}"


def _answers(kit: Kit) -> bool:
    client = binary_of(kit.folders, BUILDKIT_CLIENT)
    return succeeds([str(client), "--addr", host_of(kit), "debug", "workers"])


def _socket(kit: Kit) -> Path:
    return kit.folders.run / "buildkitd.sock"


def _home(kit: Kit) -> Path:
    return kit.folders.state / "buildkit"


def _write_config(kit: Kit) -> Path:
    text = CONFIG.format(
        home=_home(kit),
        host=host_of(kit),
        runc=find("runc") or "runc",
        cgroup=CGROUP,
        mirror=registry.PLAIN.address(kit),
    )
    path = _home(kit) / "buildkitd.toml"
    write_changed(path, text)
    return path
