"""What registries, token services and storages say about an error, in each one's format. Pure.

The distribution specification's ``errors`` come first; then OAuth's, Docker Hub's, AWS's and
Google's documents, the XML of object storages, the title of a proxy's page, and short plain text.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from stages.light_dataclass import dataclass

_DENIALS = frozenset({"UNAUTHORIZED", "DENIED"})
_MAX_TEXT = 200
_MESSAGES = ("error_description", "message", "Message", "details", "detail")
_CODES = ("code", "error", "status", "__type")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error as a registry words it: its code (``DENIED``), text, and detail if it is short.

    The detail of a denial repeats what was asked for; it is kept, and not shown.
    """

    code: str
    message: str
    detail: str = ""

    def __str__(self) -> str:
        """Write what people need of it."""
        is_shown = self.detail and self.code not in _DENIALS
        detail = f" ({self.detail})" if is_shown else ""
        return ": ".join(part for part in (self.code, self.message) if part) + detail


def complaints_of(body: bytes) -> tuple[Complaint, ...]:
    """Read what *body* complains about; nothing where it says nothing that people can read."""
    try:
        document = json.loads(body)
    except ValueError:
        return tuple(_of_text(body.decode(errors="replace")))
    if not isinstance(document, dict):
        return ()
    entries = document.get("errors")
    if isinstance(entries, list):
        return tuple(_complaint(entry) for entry in entries if isinstance(entry, dict))
    inner = document.get("error")
    return tuple(_of_object(inner if isinstance(inner, dict) else document))


def _complaint(entry: Mapping[str, Any]) -> Complaint:
    detail = entry.get("detail") or ""
    text = detail if isinstance(detail, str) else json.dumps(detail, sort_keys=True)
    shown = text if len(text) <= _MAX_TEXT else ""
    return Complaint(str(entry.get("code") or ""), str(entry.get("message") or ""), shown)


def _of_object(document: Mapping[str, Any]) -> Iterator[Complaint]:
    code = next((str(document[key]) for key in _CODES if document.get(key)), "")
    message = next((str(document[key]) for key in _MESSAGES if document.get(key)), "")
    if code or message:
        yield Complaint(code.rpartition("#")[2][:_MAX_TEXT], message[:_MAX_TEXT])


def _of_text(text: str) -> Iterator[Complaint]:
    code, message = _element("Code", text), _element("Message", text)
    if code or message:
        yield Complaint(code, message)
    elif title := _element("title", text):
        yield Complaint("", re.sub(r"^\d{3}\s+", "", title))
    elif "<" not in text and 0 < len(line := " ".join(text.split())) <= _MAX_TEXT:
        yield Complaint("", line)


def _element(name: str, text: str) -> str:
    found = re.search(rf"<{name}>([^<]*)</{name}>", text, re.IGNORECASE)
    return " ".join(found[1].split())[:_MAX_TEXT] if found else ""
