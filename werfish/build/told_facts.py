"""What of another image is told: where its last stage is. Pure."""

from stages.dependencies import ImageFact
from werfish.storage.stored_stage import StoredStage


def fact_of(stored: StoredStage, fact: ImageFact) -> str:
    """Return *fact* of the image whose last stage is *stored*."""
    repository, _, tag = stored.reference.rpartition(":")
    match fact:
        case ImageFact.NAME:
            return stored.reference
        case ImageFact.DIGEST:
            return stored.image_id
        case ImageFact.REPO:
            return repository
        case ImageFact.TAG:
            return tag
