"""The containerd of the node: a private one, that pulls from the registries of the kit."""

from __future__ import annotations

import subprocess

from integration.kit import daemon, registry
from integration.kit.apt import find
from integration.kit.command import run, succeeds
from integration.kit.files import write_changed
from integration.kit.kubernetes import pause
from integration.kit.kubernetes.layout import Layout
from integration.kit.kubernetes.network import PLUGINS
from integration.kit.part import Kit

CONFIG = """version = 2
root = "{home}/containerd/root"
state = "{home}/containerd/state"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing",
]
[grpc]
  address = "{socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "{home}/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  # Root without CAP_SYS_RESOURCE may not lower oom_score_adj; runc then ends with
  # "can't get final child's PID from pipe: EOF".
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  stream_server_address = "127.0.0.1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{plugins}"
    conf_dir = "{home}/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{home}/containerd/hosts"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
"""


def up(kit: Kit, layout: Layout) -> None:
    """Start containerd and give it the image that holds a pod's namespaces."""
    write_hosts(kit, layout)
    config = layout.etc / "containerd.toml"
    text = CONFIG.format(home=layout.home, socket=layout.socket, plugins=PLUGINS, pause=pause.NAME)
    write_changed(config, text)
    doing = "kubernetes: start containerd"
    argv = [find("containerd") or "containerd", "--config", str(config)]
    if daemon.start(kit.folders, "containerd", argv, doing=doing):
        question = _client(layout, "version")
        daemon.wait_for(
            kit.folders, lambda: succeeds(question), seconds=30, doing=doing, daemons=["containerd"]
        )
    if pause.NAME not in ask(layout, "images", "ls", "-q"):
        archive = pause.write(layout.home / "pause.tar")
        argv = _client(layout, "images", "import", str(archive))
        run(argv, doing="kubernetes: import the pause image")


def write_hosts(kit: Kit, layout: Layout) -> None:
    """Tell containerd, which reads this at each pull, where registries are."""
    plain = f"http://{registry.PLAIN.address(kit)}"
    hosts = {registry.PLAIN.address(kit): f'server = "{plain}"\n'}
    with_password = registry.WITH_PASSWORD.address(kit)
    hosts[with_password] = f'server = "http://{with_password}"\n'
    mirror = f'[host."{plain}"]\n  capabilities = ["pull", "resolve"]\n'
    hosts["docker.io"] = f'server = "https://registry-1.docker.io"\n{mirror}'
    for name, text in hosts.items():
        write_changed(layout.home / "containerd" / "hosts" / name / "hosts.toml", text)


def remove_containers(layout: Layout) -> None:
    """End and remove every container, while containerd can still reap them."""
    for verb in (("tasks", "kill", "-s", "SIGKILL"), ("tasks", "rm", "-f")):
        for name in ask(layout, "tasks", "ls", "-q").split():
            succeeds(_client(layout, *verb, name))
    for name in ask(layout, "containers", "ls", "-q").split():
        succeeds(_client(layout, "containers", "rm", name))


def ask(layout: Layout, *words: str) -> str:
    """Return what ctr *words* prints, nothing when it fails."""
    argv = _client(layout, *words)
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout


def _client(layout: Layout, *words: str) -> list[str]:
    return ["ctr", "--address", str(layout.socket), "--namespace", "k8s.io", *words]
