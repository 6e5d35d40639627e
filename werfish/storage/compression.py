"""Compression of layers: as fast as the disk where isal is installed, else zlib's fastest.

The bytes depend on the compressor's version: see `werfish.storage.blobs`. The header holds no time.
"""

import zlib
from collections.abc import Callable
from hashlib import sha256
from typing import Protocol

_GZIP = 31
"""zlib's window size that means a gzip header (whose time is 0)."""


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class Compressed:
    """A gzip stream into *sink*, with the digest and size of what went there."""

    def __init__(self, sink: Callable[[bytes], object]) -> None:
        """Begin an empty stream."""
        self._sink = sink
        self._compressor = _compressor()
        self._hasher = sha256()
        self.size = 0

    @property
    def digest(self) -> str:
        """The digest of what was written so far (``sha256:…``)."""
        return f"sha256:{self._hasher.hexdigest()}"

    def write(self, data: bytes) -> None:
        """Compress *data*."""
        self._pass(self._compressor.compress(data))

    def finish(self) -> None:
        """Write what is held back; nothing may be written after it."""
        self._pass(self._compressor.flush())

    def _pass(self, data: bytes) -> None:
        if data:
            self._hasher.update(data)
            self.size += len(data)
            self._sink(data)


def _compressor() -> _Compressor:
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.compressobj(1, zlib.DEFLATED, _GZIP)
    fast: _Compressor = isal_zlib.compressobj(2, isal_zlib.DEFLATED, _GZIP)
    return fast
