"""What the manifest of a published image says of its origin, in OCI's words. Pure.

They are no labels: those are part of the image, which every commit would change then. A tag that
has the image already keeps the annotations of the commit that brought it.
"""

import re
from urllib.parse import urlsplit

from stages.light_dataclass import dataclass
from werfish.oci.manifest import Annotations
from werfish.publish.tagging import TagOptions

_PREFIX = "org.opencontainers.image."
_SCP = re.compile(r"(?:[^@/]+@)?([^:/]+):(?!//)(.+)")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an image comes from: the address of its *source*, its commit and *version*."""

    source: str = ""
    revision: str = ""
    version: str = ""


def annotations_of(origin: Origin, created: str) -> Annotations:
    """Return the annotations of an image that was *created* then (RFC 3339); empty ones are not."""
    named = {
        "created": created,
        "revision": origin.revision,
        "source": source_of(origin.source),
        "version": origin.version,
    }
    return tuple((_PREFIX + name, value) for name, value in named.items() if value)


def source_of(url: str) -> str:
    """Return the page of the repository at *url*, without credentials; empty for a local one."""
    match = _SCP.fullmatch(url)
    if match and "://" not in url:
        return f"https://{match[1]}/{match[2].strip('/').removesuffix('.git')}"
    try:
        parts = urlsplit(url)
        name, number = parts.hostname, parts.port
    except ValueError:  # no address at all
        return ""
    if parts.scheme not in ("http", "https", "ssh", "git") or not name:
        return ""
    is_web = parts.scheme in ("http", "https")
    port = f":{number}" if is_web and number else ""
    scheme = parts.scheme if is_web else "https"
    host = f"[{name}]" if ":" in name else name
    return f"{scheme}://{host}{port}{parts.path.rstrip('/').removesuffix('.git')}"


def version_of(options: TagOptions) -> str:
    """Return the tag that tells most of a version: of git, of the user, else a branch."""
    custom = next(iter(options.custom), "")
    return options.git_tag or custom or options.git_branch or options.git_commit
