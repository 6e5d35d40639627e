"""The OpenAPI v3 documents of a cluster, kept on disk by the hash that the server gives them.

One small index a run; a document is fetched only where its hash is new. A cluster without them
(or a role that may not read them) leaves every schema unknown, which is never an error.
"""

import json
import os
import re
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werfish.kube.errors import ApiError
from werfish.kube.resource import Gvk
from werfish.kube.schema import UNKNOWN, Schema, schema_of

Fetch = Callable[[str, Mapping[str, str]], Any]
"""Return the JSON at a path, with a query."""


class OpenApi:
    """The schemas of one cluster; *cache* is a folder, None keeps nothing on disk."""

    def __init__(self, fetch: Fetch, cache: Path | None) -> None:
        """Read with *fetch* what *cache* has not."""
        self._fetch = fetch
        self._cache = cache
        self._lock = threading.Lock()
        self._index: Mapping[str, Any] | None = None
        self._documents: dict[str, Mapping[str, Any]] = {}
        self._schemas: dict[Gvk, Schema] = {}

    def schema(self, gvk: Gvk) -> Schema:
        """Return the schema of *gvk*, ``UNKNOWN`` where the cluster declares none."""
        with self._lock:
            found = self._schemas.get(gvk) or self._read(gvk)
            if found is UNKNOWN and gvk.group:  # a CRD that is younger than what was read
                self._index = None
                found = self._read(gvk)
            if found is not UNKNOWN:
                self._schemas[gvk] = found
            return found

    def _read(self, gvk: Gvk) -> Schema:
        return schema_of(self._document(gvk), gvk.group, gvk.version, gvk.kind)

    def _document(self, gvk: Gvk) -> Mapping[str, Any]:
        path = f"apis/{gvk.api_version}" if gvk.group else f"api/{gvk.version}"
        try:
            if self._index is None:
                self._index = self._fetch("/openapi/v3", {}).get("paths") or {}
            entry = self._index.get(path)
            return self._cached(entry["serverRelativeURL"]) if entry else {}
        except ApiError:
            self._index = self._index or {}
            return {}

    def _cached(self, url: str) -> Mapping[str, Any]:
        if url not in self._documents:
            self._documents[url] = self._stored(url) or self._fetched(url)
        return self._documents[url]

    def _stored(self, url: str) -> Mapping[str, Any] | None:
        file = _file_of(self._cache, url)
        if file is None:
            return None
        try:
            document: Mapping[str, Any] = json.loads(file.read_bytes())
        except (OSError, ValueError):
            return None
        return document

    def _fetched(self, url: str) -> Mapping[str, Any]:
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        document: Mapping[str, Any] = self._fetch(parts.path, query)
        file = _file_of(self._cache, url)
        if file is not None:
            _write(file, json.dumps(document, separators=(",", ":")).encode())
        return document


def _file_of(cache: Path | None, url: str) -> Path | None:
    parts = urlsplit(url)
    digest = "".join(parse_qs(parts.query).get("hash") or ())
    if cache is None or not re.fullmatch(r"[0-9A-Za-z]{16,}", digest):
        return None
    name = parts.path.removeprefix("/openapi/v3/").replace("/", "_")
    return cache / "openapi" / f"{name}-{digest[:64]}.json"


def _write(file: Path, content: bytes) -> None:
    """Put *content* in *file* at once or not at all; a cache that cannot be written is no loss."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as output:
            output.write(content)
        Path(name).replace(file)
    except OSError:
        return
