"""How large a record may be, and what makes it so large. Pure.

Kubernetes takes at most 1 MiB in a Secret or a ConfigMap. A record holds the whole chart beside
what was rendered of it, so that `helm rollback` needs nothing else.
"""

import json

from werfish.errors import ReleaseError
from werfish.releases.codec import encode, plain
from werfish.releases.release import Release

LIMIT = 1024 * 1024
ROOM = 16 * 1024
"""What is left for the reason, if the revision fails."""
_SHOWN = 4


class RecordTooLargeError(ReleaseError):
    """The record of a revision has more than Kubernetes takes."""

    def __init__(self, release: Release, size: int) -> None:
        """Name the release and its largest parts."""
        parts = sorted(_parts(release).items(), key=lambda part: -part[1])[:_SHOWN]
        lines = "\n".join(f"  {name}: {_text(length)}" for name, length in parts if length)
        super().__init__(
            f'record revision {release.revision} of release "{release.name}": compressed it has '
            f"{_text(size)}, and a Secret or ConfigMap takes 1 MiB at most; uncompressed\n{lines}",
            hint="keep large files out of the chart (.helmignore), or split it into several",
        )
        self.size = size


def check_size(release: Release) -> None:
    """Raise `RecordTooLargeError` for a release that cannot be recorded."""
    if len(plain(release)) * 4 // 3 <= LIMIT - ROOM:  # it only shrinks when it is compressed
        return
    size = len(encode(release))
    if size > LIMIT - ROOM:
        raise RecordTooLargeError(release, size)


def _parts(release: Release) -> dict[str, int]:
    """Return the size of each part of a record, as it is before it is compressed."""
    chart = {f"the chart's {key}": value for key, value in release.chart.items()}
    hooks = [hook.manifest for hook in release.hooks]
    rest = {"rendered objects": release.manifest, "hooks": hooks, "given values": release.config}
    return {name: len(json.dumps(value)) for name, value in (chart | rest).items()}


def _text(size: int) -> str:
    return f"{size / LIMIT:.2f} MiB" if size >= LIMIT // 10 else f"{size // 1024} KiB"
