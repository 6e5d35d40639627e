"""Docker: the daemon that answers, else a dockerd of our own, on a socket of our own.

Law: a dockerd that the kit did not start is used and never stopped.
"""

from __future__ import annotations

import json
from pathlib import Path

from integration.kit import cgroups, daemon, firewall, links, registry, state, sysctls
from integration.kit.apt import Need, find
from integration.kit.command import run
from integration.kit.docker_api import answers, ask
from integration.kit.files import remove_empty
from integration.kit.mounts import unmount_below
from integration.kit.part import Kit, Status
from integration.kit.processes import end, marked
from integration.kit.progress import say

USUAL_HOST = "unix:///var/run/docker.sock"
CGROUP = "werfish-kit-docker"
POLICY = "forward-policy"
EMPTIED = (
    *("/run/docker/runtime-runc/moby", "/run/docker/runtime-runc", "/run/docker/plugins"),
    *("/run/docker", "/opt/containerd/bin", "/opt/containerd/lib", "/opt/containerd"),
    *("/run/containerd/s", "/run/containerd/runc/moby", "/run/containerd/runc", "/run/containerd"),
)
RULES = r"DOCKER(-.*)?|docker0|br-[0-9a-f]{12}|172\.17\.0\.0/16"


def needs(kit: Kit) -> tuple[Need, ...]:
    """Return what a dockerd of our own takes; nothing where a daemon answers."""
    if foreign_host(kit) is not None:
        return ()
    packages = {"dockerd": "docker.io", "docker": "docker.io", "runc": "runc"}
    packages |= {"containerd": "containerd", "iptables": "iptables", "ip": "iproute2"}
    packages |= {"modprobe": "kmod", "busybox": "busybox-static"}
    return tuple(Need(program, package) for program, package in packages.items())


def prepare(kit: Kit) -> None:
    """Do nothing: dockerd comes as a package."""


def up(kit: Kit) -> None:
    """Start dockerd unless a daemon answers."""
    foreign = foreign_host(kit)
    if foreign is not None:
        say("docker", f"using the daemon at {foreign}")
        return
    if daemon.is_alive(kit.folders, "dockerd") and answers(our_host(kit)):
        say("docker", f"already up at {our_host(kit)}")
        return
    doing = "docker: start dockerd"
    daemon.refuse_second(kit.folders, "dockerd", doing=doing)
    sysctls.keep(kit.folders)
    if state.recall(kit.folders, POLICY) is None:
        state.remember(kit.folders, POLICY, firewall.policy_of("FORWARD"))
    _forget_killed(kit)
    daemon.start(kit.folders, "dockerd", _arguments(kit), doing=doing)
    daemon.wait_for(
        kit.folders, lambda: answers(our_host(kit)), seconds=60, doing=doing, daemons=["dockerd"]
    )
    _check(kit)
    say("docker", f"up at {our_host(kit)}")


def down(kit: Kit) -> None:
    """End our dockerd with its containers, and remove its networks and rules."""
    policy = state.recall(kit.folders, POLICY)
    if policy is None:
        return
    daemon.stop(kit.folders, "dockerd", seconds=20)
    end((one for one, _ in marked(f"{kit.folders.state}/dockerd")), seconds=0)
    cgroups.remove(CGROUP)
    unmount_below(_home(kit))
    firewall.remove(RULES)
    firewall.set_policy("FORWARD", policy)
    for name in links.names(r"docker0|br-[0-9a-f]{12}"):
        links.remove(name)
    remove_empty(EMPTIED)
    state.forget(kit.folders, POLICY)
    say("docker", "down")


def status(kit: Kit) -> Status:
    """Return how the daemon that tests use is."""
    foreign = foreign_host(kit)
    host = foreign or our_host(kit)
    if foreign is None and state.recall(kit.folders, POLICY) is None:
        return Status(None)
    version = ask(host, "/version")
    if version is None:
        return Status(False, address=host)
    known = json.loads(version).get("Version", "-")
    return Status(True, f"{known} (not ours)" if foreign else known, host)


def variables(kit: Kit) -> dict[str, str]:
    """Return DOCKER_HOST, unless the daemon is where every client looks."""
    foreign = foreign_host(kit)
    host = foreign or our_host(kit)
    if host == USUAL_HOST or (foreign is None and not daemon.is_alive(kit.folders, "dockerd")):
        return {}
    return {"DOCKER_HOST": host}


def leftovers(kit: Kit) -> list[str]:
    """Return what a dockerd leaves in the kernel, when none is there that could own it."""
    if foreign_host(kit) is not None or daemon.elsewhere(kit.folders, "dockerd") is not None:
        return []
    found = [f"network device {name}" for name in links.names(r"docker0|br-[0-9a-f]{12}")]
    found += [f"iptables {rule.table}: {rule.chain}" for rule in firewall.matching(RULES)]
    return found + [f"cgroup {path}" for path in cgroups.groups_of(CGROUP)]


def our_host(kit: Kit) -> str:
    """Return where our own dockerd listens."""
    return f"unix://{kit.folders.run}/docker.sock"


def foreign_host(kit: Kit) -> str | None:
    """Return where a daemon that is not ours answers."""
    if daemon.is_alive(kit.folders, "dockerd"):
        return None
    given = kit.environment.get("DOCKER_HOST")
    if given and given != our_host(kit):
        return given if answers(given) else None
    return USUAL_HOST if answers(USUAL_HOST) else None


def _home(kit: Kit) -> Path:
    return kit.folders.state / "docker"


def _forget_killed(kit: Kit) -> None:
    """Remove what a killed dockerd left: it takes a zombie for a containerd that runs."""
    if not daemon.is_alive(kit.folders, "dockerd"):
        daemon.end_strays(kit.folders, "dockerd", "containerd")
        for name in ("dockerd.pid", "exec/containerd/containerd.pid"):
            (_home(kit) / name).unlink(missing_ok=True)


def _arguments(kit: Kit) -> list[str]:
    home = _home(kit)
    mirror = registry.PLAIN.port(kit)
    argv = [find("dockerd") or "dockerd", "--host", our_host(kit)]
    argv += ["--data-root", f"{home}/data", "--exec-root", f"{home}/exec"]
    argv += ["--pidfile", f"{home}/dockerd.pid", "--cgroup-parent", f"/{CGROUP}"]
    argv += ["--shutdown-timeout", "2", "--registry-mirror", f"http://127.0.0.1:{mirror}"]
    # Root without CAP_SYS_RESOURCE may not lower the score, which is what older ones do.
    if "--oom-score-adjust" in run([argv[0], "--help"], doing="ask dockerd for its options"):
        argv += ["--oom-score-adjust", "0"]
    home.mkdir(parents=True, exist_ok=True)
    return argv


def _check(kit: Kit) -> None:
    """Run a container, so that a machine which cannot is known by its own words."""
    client = ["docker", "--host", our_host(kit)]
    busybox = find("busybox") or "/bin/busybox"
    script = 'd=$(mktemp -d); mkdir $d/bin; cp "$0" $d/bin/busybox; tar -C $d -c bin; rm -r $d'
    pack = f"sh -c '{script}' {busybox} | {' '.join(client)} import - kit-check"
    run(["sh", "-c", pack], doing="docker: import an image", timeout=60)
    argv = [*client, "run", "--rm", "kit-check", "/bin/busybox", "true"]
    run(argv, doing="docker: run a container", timeout=60)
    run([*client, "image", "rm", "kit-check"], doing="docker: remove an image", timeout=60)
