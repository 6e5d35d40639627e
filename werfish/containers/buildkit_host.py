"""The buildkitd that ``WERF_BUILDKIT_HOST`` or ``BUILDKIT_HOST`` names, reached by ``buildctl``.

Both variables are werf's too, in this order. A host that was named is used or is an error: nothing
else builds in its place.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import field

from stages.light_dataclass import dataclass
from werfish import process
from werfish.errors import BuildError

VARIABLES = ("WERF_BUILDKIT_HOST", "BUILDKIT_HOST")
_PROGRAM = "buildctl"
_EPOCH = "SOURCE_DATE_EPOCH"
"""buildctl would pass it on: an image does not depend on the environment of who builds it."""
_PATIENCE = 60


class NoBuildctlError(BuildError):
    """A buildkitd is named, but the program that speaks to it is not there."""

    def __init__(self, address: str, variable: str) -> None:
        """Name the host, and the variable that named it."""
        super().__init__(
            f'reach BuildKit at "{address}" ({variable}): the program "{_PROGRAM}" is not on PATH',
            hint=f'install "{_PROGRAM}", which comes with BuildKit'
            f" (https://github.com/moby/buildkit/releases), or unset {variable}",
        )


class SilentBuildKitError(BuildError):
    """No buildkitd answers where one is named."""

    def __init__(self, address: str, variable: str, problem: str) -> None:
        """Name the host, the variable that named it, and what the program said."""
        super().__init__(
            f'reach BuildKit at "{address}" ({variable}): {problem}',
            hint=f"start buildkitd there (unix:///path, tcp://host:port, docker-container://name),"
            f" or unset {variable}",
        )


@dataclass(frozen=True, slots=True)
class BuildKitHost:
    """A buildkitd at *address*; *program* speaks to it and gets *environment*."""

    address: str
    program: str
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def start(self) -> tuple[str, ...]:
        """The first words of a line."""
        return (self.program, "--addr", self.address)


def find_host(environment: Mapping[str, str]) -> BuildKitHost | None:
    """Return the host that *environment* names; nothing where it names none.

    `NoBuildctlError` and `SilentBuildKitError` where it cannot be used.
    """
    variable = next((name for name in VARIABLES if environment.get(name)), "")
    if not variable:
        return None
    address = environment[variable]
    program = shutil.which(_PROGRAM, path=environment.get("PATH", os.defpath))
    if program is None:
        raise NoBuildctlError(address, variable)
    passed = {key: value for key, value in environment.items() if key != _EPOCH}
    host = BuildKitHost(address, program, passed)
    problem = _problem(host)
    if problem:
        raise SilentBuildKitError(address, variable, problem)
    return host


def _problem(host: BuildKitHost) -> str:
    """Return why *host* cannot be used, in the words of the program."""
    try:
        line = (*host.start, "debug", "workers")
        done = process.run(line, env=host.environment, timeout=_PATIENCE, check=False)
    except process.ProcessError as error:
        return str(error)
    if done.code == 0:
        return ""
    said = done.stderr.decode(errors="replace").strip()
    return process.last_lines(said, 1).removeprefix("error: ") or f"exit code {done.code}"
