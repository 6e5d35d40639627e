"""Where the blobs of a base image can be had. Pure."""

from collections.abc import Sequence

from werfish.oci.reference import HUB, Reference, parse_reference


def base_source(base: str, digest: str, mirrors: Sequence[str] = ()) -> Reference | None:
    """Return the manifest of *base* (as the user wrote it) in a registry, by its *digest*.

    What lies on Docker Hub is asked of the first of its *mirrors*, as it was pulled. ``None``
    where there is no digest, since the image was made on this host, or no such reference.
    """
    try:
        repository = parse_reference(base).repository
        if repository.registry == HUB and mirrors:
            repository = parse_reference(f"{mirrors[0]}/{repository.path}").repository
        return repository.pinned(digest)
    except ValueError:
        return None
