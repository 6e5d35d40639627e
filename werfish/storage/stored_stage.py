"""A stage that was built and kept, as its storage knows it. Pure."""

from stages.digest import Digest
from stages.light_dataclass import dataclass
from stages.stage import StageName


@dataclass(frozen=True, slots=True)
class StoredStage:
    """A stage that was built and kept.

    *reference* is its own immutable tag, *saved* the time of saving in seconds since 1970 (only
    to tell the oldest of several equals), *commits* what its git content is. *manifest* is the
    digest of its manifest, empty where no registry has it.
    """

    name: StageName
    digest: Digest
    reference: str
    image_id: str
    saved: float
    commits: tuple[tuple[str, str], ...] = ()
    manifest: str = ""
