"""What this host last read of hints, so that a stage that was found once is not asked for again.

Only what was found is remembered. It may be out of date: then it names too few stages, or one that
is gone by now, which is noticed as with any other.
"""

from pathlib import Path
from urllib.parse import quote

from stages.digest import Digest
from werfish.containers.atomic_file import write_whole
from werfish.oci.manifest import digest_of_bytes
from werfish.oci.reference import Repository
from werfish.registry.manifests import StoredManifest


class KnownHints:
    """One file for each digest of *repository*, in a folder of *folder*."""

    def __init__(self, folder: Path, repository: Repository) -> None:
        """Use *folder*, made with the first hint."""
        self._folder = folder / quote(str(repository), safe="")
        self._repository = repository

    @property
    def is_new(self) -> bool:
        """Whether this host has never read a hint of the repository."""
        return not self._folder.exists()

    def read(self, digest: Digest) -> StoredManifest | None:
        """Return the hint of *digest* as it was read last."""
        try:
            media_type, _, data = self._path(digest).read_bytes().partition(b"\n")
        except OSError:
            return None
        reference = self._repository.tagged(digest.value)
        return StoredManifest(reference, media_type.decode(), digest_of_bytes(data), data)

    def write(self, digest: Digest, media_type: str, data: bytes) -> None:
        """Remember the hint of *digest*."""
        known = self.read(digest)
        if known is None or (known.media_type, known.data) != (media_type, data):
            write_whole(self._path(digest), media_type.encode() + b"\n" + data)

    def forget(self, digest: Digest) -> None:
        """Remember nothing of *digest*."""
        self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: Digest) -> Path:
        return self._folder / digest.value
