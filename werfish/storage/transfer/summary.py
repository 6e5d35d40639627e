"""What a publication moved, in words. Pure."""

from werfish.storage.transfer.upload import Brought


def summary_of(brought: Brought) -> str:
    """Return how the layers came to be where they are."""
    count = len(brought.blobs)
    there = count - len(brought.moved) - brought.pushed
    parts = [f"{there} of {count} layers were there"]
    if brought.moved:
        parts.append(f"{len(brought.moved)} uploaded ({size_of(brought.sent)})")
    if brought.pushed:
        parts.append(f"{brought.pushed} pushed by Docker")
    return ", ".join(parts)


def size_of(size: int) -> str:
    """Write a number of bytes for people, as registries do: in powers of 1000."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"
