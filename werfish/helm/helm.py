"""The helm program: found once, checked once, run through `werfish.process`.

Values reach it by standard input and never by argument.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import field

from stages.light_dataclass import dataclass
from werfish.errors import HelmError
from werfish.process import Completed, ProcessError, run

OLDEST = (3, 14)
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
_HINT = (
    "install helm 3.14 or newer (https://helm.sh/docs/intro/install), "
    "or name the program in WERF_HELM"
)


class HelmMissingError(HelmError):
    """There is no usable helm program."""


@dataclass(frozen=True, slots=True)
class Helm:
    """A helm program and its version; *env* is added to its environment (``KUBECONFIG``)."""

    path: str
    version: tuple[int, int, int]
    env: Mapping[str, str] = field(default_factory=dict, hash=False)
    cluster_arguments: tuple[str, ...] = ()
    """Flags that name the cluster, such as ``--kube-context``."""

    def run(self, arguments: tuple[str, ...], *, stdin: bytes = b"") -> Completed:
        """Run helm with *arguments* to its end, whatever its exit code."""
        try:
            return run([self.path, *arguments], env=self.env, stdin=stdin, check=False)
        except ProcessError as error:
            raise HelmMissingError(str(error), hint=_HINT) from error


def find_helm(
    named: str,
    search_path: str,
    *,
    env: Mapping[str, str] | None = None,
    cluster_arguments: tuple[str, ...] = (),
) -> Helm:
    """Return the helm program *named* (``WERF_HELM``), else the one on *search_path* (``PATH``)."""
    path = named or shutil.which("helm", path=search_path)
    if not path:
        raise HelmMissingError('find "helm": it is not on PATH', hint=_HINT)
    version = _version(path)
    if version[:2] < OLDEST:
        found = ".".join(map(str, version))
        raise HelmMissingError(f'use helm "{path}": version {found} is too old', hint=_HINT)
    return Helm(path, version, env or {}, cluster_arguments)


def _version(path: str) -> tuple[int, int, int]:
    done = Helm(path, (0, 0, 0)).run(("version", "--template", "{{.Version}}"))
    found = _VERSION.search(done.text)
    if done.code != 0 or not found:
        raise HelmMissingError(f'use helm "{path}": it does not tell its version', hint=_HINT)
    return int(found[1]), int(found[2]), int(found[3])
