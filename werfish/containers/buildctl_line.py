"""The line by which ``buildctl`` has a buildkitd build a Dockerfile. Pure.

The image becomes a folder in OCI's layout, its new layers uncompressed: they go no further than
this host. ``SOURCE_DATE_EPOCH`` is not passed: BuildKit makes it a part of ``WORKDIR``, so that
each commit would build again what follows that; times come from the commit all the same, those of
files by their context, that of the image by its configuration.
"""

import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from stages.build_stages import build_stages
from stages.light_dataclass import dataclass
from werfish.containers.buildkit_host import BuildKitHost
from werfish.containers.buildkit_run import DOCKERFILE, BuildFiles
from werfish.containers.context import BuildContext
from werfish.containers.dockerfile import DockerfileRequest
from werfish.oci.reference import HUB, parse_reference

STORE = "bases"
"""How buildctl and buildkitd call the folder with the images that are given along."""

_NO_NETWORKS = frozenset({"", "default"})
_HOST_NETWORK = "host"
_CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class GivenBase:
    """What an image from outside is: *digest* of its manifest, in a registry or in our folder."""

    name: str
    digest: str
    is_local: bool


def buildctl_line(
    host: BuildKitHost,
    request: DockerfileRequest,
    files: BuildFiles,
    bases: tuple[GivenBase, ...],
    platform: str,
    folders: "Folders",
) -> tuple[str, ...]:
    """Return the whole line; secrets are named by their files only."""
    options = {
        "filename": DOCKERFILE,
        "platform": platform,
        **dict(_options(request)),
        **dict(_contexts(request, bases)),
    }
    return (
        *(*host.start, "build", "--progress=plain", "--frontend=dockerfile.v0"),
        *(f"--local={_CONTEXT}={files.context}", f"--local=dockerfile={files.dockerfile.parent}"),
        f"--source-policy-file={folders.policy}",
        *(f"--opt={name}={value}" for name, value in options.items()),
        *(f"--secret=id={name},src={path}" for name, path in files.secrets.items()),
        *((f"--ssh={request.ssh}",) if request.ssh else ()),
        *(("--allow=network.host",) if request.network == _HOST_NETWORK else ()),
        *((f"--oci-layout={STORE}={folders.bases}",) if any(b.is_local for b in bases) else ()),
        f"--output=type=oci,tar=false,compression=uncompressed,dest={folders.image}",
    )


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the images lie that are given along, where the one that is built will, and a policy."""

    bases: Path
    image: Path
    policy: Path


def _options(request: DockerfileRequest) -> Iterator[tuple[str, str]]:
    if request.target:
        yield "target", request.target
    if request.network not in _NO_NETWORKS:
        yield "force-network-mode", request.network
    if request.add_hosts:
        yield "add-hosts", ",".join(host_pair(host) for host in request.add_hosts)
    for name, value in request.args:
        yield f"build-arg:{name}", value


def _contexts(
    request: DockerfileRequest, bases: tuple[GivenBase, ...]
) -> Iterator[tuple[str, str]]:
    """Say what names of images mean; BuildKit would take a stage of such a name for one too."""
    stages = {stage.name.lower() for stage in build_stages(request.instructions)}
    for base in bases:
        name = familiar(base.name)
        if name not in stages:
            yield f"context:{name}", _source(base)


def host_pair(host: str) -> str:
    """Return ``NAME:ADDRESS`` as BuildKit wants it.

    >>> host_pair("db.test:10.1.2.3"), host_pair("six.test:[::1]"), host_pair("six.test=::1")
    ('db.test=10.1.2.3', 'six.test=::1', 'six.test=::1')
    """
    name, sign, address = host.partition("=" if "=" in host else ":")
    return f"{name}={address.removeprefix('[').removesuffix(']')}" if sign else host


def familiar(name: str) -> str:
    """Return an image's name as BuildKit looks for it among what is given along.

    >>> familiar("docker.io/library/busybox:latest"), familiar("localhost:5000/a/b:1")
    ('busybox', 'localhost:5000/a/b:1')
    """
    full = str(parse_reference(name))
    return full.removeprefix(f"{HUB}/").removeprefix("library/").removesuffix(":latest")


def policy_of(context: BuildContext) -> str:
    """Return the policy by which buildkitd keeps *context* apart from any other.

    Else it takes a file that has the size and time of an earlier build's for that (measured), and
    two commits of one second differ in neither.
    https://github.com/moby/buildkit/blob/master/docs/build-repro.md
    """
    source = f"local://{_CONTEXT}"
    updates = {"identifier": source, "attrs": {"local.sharedkeyhint": context_key(context)}}
    rule = {"action": "CONVERT", "selector": {"identifier": source}, "updates": updates}
    return json.dumps({"rules": [rule]})


def context_key(context: BuildContext) -> str:
    """Return a name for *context*, another one for any other content."""
    words = [str(context.time)]
    for entry in context.entries:
        words += [entry.path, f"{entry.mode:o}", entry.digest or str(entry.source)]
    return sha256(os.fsencode("\0".join(words))).hexdigest()


def _source(base: GivenBase) -> str:
    if base.is_local:
        return f"oci-layout://{STORE}@{base.digest}"
    return f"docker-image://{parse_reference(base.name).repository}@{base.digest}"
