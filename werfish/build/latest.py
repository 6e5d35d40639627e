"""What the tags of followed base images stand for now (``fromLatest``); asked once each build."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from stages.image import SCRATCH
from werfish.errors import BuildError, RegistryError

if TYPE_CHECKING:
    from werfish.oci.manifest import Descriptor
    from werfish.oci.reference import Reference

Head = Callable[["Reference"], "Descriptor | None"]
"""Asks a registry for the descriptor of what a reference names."""


class LatestBases:
    """Satisfies `stages.sources.BaseImages`; *mirrors* of Docker Hub are asked before it."""

    def __init__(self, head: Head, mirrors: Sequence[str] = ()) -> None:
        """Nothing is asked yet."""
        self._head, self._mirrors = head, mirrors
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}

    def digest(self, reference: str) -> str:
        """Return the digest of what *reference* names; `BuildError` where there is nothing."""
        with self._lock:
            if reference not in self._known:
                self._known[reference] = self._asked(reference)
            return self._known[reference]

    def _asked(self, reference: str) -> str:
        from werfish.oci.reference import parse_reference

        if reference == SCRATCH:
            return ""
        try:
            wanted = parse_reference(reference)
        except ValueError as error:
            raise BuildError(f'resolve the base image "{reference}": {error}') from error
        if wanted.digest:
            return wanted.digest
        found = self._mirrored(wanted) or self._head(wanted)
        if found is None:
            raise BuildError(
                f'resolve the base image "{reference}": it is not in the registry',
                hint="fromLatest asks the registry at every build; correct from, or leave it out",
            )
        return found.digest

    def _mirrored(self, wanted: "Reference") -> "Descriptor | None":
        """Return what the first mirror that has it says; one that fails is passed over."""
        from werfish.oci.reference import HUB, parse_reference

        if wanted.repository.registry != HUB:
            return None
        for mirror in self._mirrors:
            repository = parse_reference(f"{mirror}/{wanted.repository.path}").repository
            try:
                found = self._head(repository.tagged(wanted.tag or "latest"))
            except RegistryError:
                continue
            if found is not None:
                return found
        return None
