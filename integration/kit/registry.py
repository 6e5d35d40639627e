"""Registries on loopback: a plain one, and one that asks for a user and a password."""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from integration.kit import daemon, ports, state
from integration.kit.apt import Need, find
from integration.kit.command import run
from integration.kit.files import write_changed
from integration.kit.part import Kit, Status
from integration.kit.progress import say
from integration.kit.words import version_in

USER = "werfish"


@dataclass(frozen=True, slots=True)
class Registry:
    """A part: Debian's docker-registry under the daemon *name*."""

    name: str
    default_port: int
    variable: str
    has_password: bool = False

    def needs(self, kit: Kit) -> tuple[Need, ...]:
        """Return the registry, and what hashes the password of the one that has it."""
        htpasswd = (Need("htpasswd", "apache2-utils"),) if self.has_password else ()
        return (Need("docker-registry", "docker-registry"), *htpasswd)

    def prepare(self, kit: Kit) -> None:
        """Do nothing: the registry comes as a package."""

    def up(self, kit: Kit) -> None:
        """Start the registry."""
        if daemon.is_alive(kit.folders, self.name):
            say(self.name, f"already up at {self.address(kit)}")
            return
        port = self.port(kit)
        config = self._write_config(kit, port)
        doing = f"{self.name}: start docker-registry on port {port}"
        argv = [find("docker-registry") or "docker-registry", "serve", str(config)]
        daemon.start(kit.folders, self.name, argv, doing=doing)
        daemon.wait_for(
            kit.folders, lambda: ports.is_open(port), seconds=20, doing=doing, daemons=[self.name]
        )
        say(self.name, f"up at {self.address(kit)}")

    def down(self, kit: Kit) -> None:
        """End the registry and remove what it stored."""
        if daemon.stop(kit.folders, self.name):
            say(self.name, "down")
        shutil.rmtree(self._home(kit), ignore_errors=True)
        state.forget(kit.folders, f"port.{self.name}", f"password.{self.name}")

    def status(self, kit: Kit) -> Status:
        """Return how the registry is."""
        if not self._home(kit).exists():
            return Status(None)
        program = find("docker-registry")
        version = run([program, "--version"], doing="ask for a version") if program else ""
        running = daemon.is_alive(kit.folders, self.name)
        return Status(running, version_in(version), self.address(kit))

    def variables(self, kit: Kit) -> dict[str, str]:
        """Return the address, and how to log in."""
        if not daemon.is_alive(kit.folders, self.name):
            return {}
        found = {self.variable: self.address(kit)}
        if self.has_password:
            found |= {
                f"{self.variable}_USER": USER,
                f"{self.variable}_PASSWORD": self.password(kit),
            }
        return found

    def leftovers(self, kit: Kit) -> list[str]:
        """Return nothing: all of it lies in the state folder."""
        return []

    def port(self, kit: Kit) -> int:
        """Return the port, chosen now if need be: others must know it before the start."""
        return ports.port_of(kit.folders, self.name, self.default_port, holder=self.name)

    def address(self, kit: Kit) -> str:
        """Return host and port, as they begin an image reference."""
        return f"127.0.0.1:{self.port(kit)}"

    def password(self, kit: Kit) -> str:
        """Return the password of :data:`USER`, made up at the first call."""
        key = f"password.{self.name}"
        known = state.recall(kit.folders, key)
        if known is None:
            known = secrets.token_hex(12)
            state.remember(kit.folders, key, known)
        return known

    def _home(self, kit: Kit) -> Path:
        return kit.folders.state / self.name

    def _write_config(self, kit: Kit, port: int) -> Path:
        home = self._home(kit)
        (home / "data").mkdir(parents=True, exist_ok=True)
        config = {
            "version": "0.1",
            "log": {"level": "warn"},
            "storage": {
                "filesystem": {"rootdirectory": str(home / "data")},
                "cache": {"blobdescriptor": "inmemory"},
                "delete": {"enabled": True},
            },
            "http": {"addr": f"127.0.0.1:{port}"},
        }
        if self.has_password:
            users = home / "htpasswd"
            argv = ["htpasswd", "-niB", USER]  # bcrypt is the only hash that the registry takes
            users.write_text(run(argv, doing="hash a password", stdin=self.password(kit)))
            config["auth"] = {"htpasswd": {"realm": "werfish-kit", "path": str(users)}}
        path = home / "config.yml"
        write_changed(path, json.dumps(config, indent=1))  # JSON is YAML
        return path


PLAIN = Registry("registry", 5000, "WERFISH_KIT_REGISTRY")
WITH_PASSWORD = Registry("auth-registry", 5001, "WERFISH_KIT_AUTH_REGISTRY", has_password=True)
