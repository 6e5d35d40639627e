"""Render templates with sprig's functions, on a host whose clock stands still."""

import json
from pathlib import Path
from typing import Any

from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.sprig.functions import sprig_functions
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.times.zones import UTC, Zone

NOW = 1_709_632_872_123_456_789
"""5 March 2024, 10:01:12.123456789 in Greenwich."""

GOLDEN = Path(__file__).parent / "golden"


class Lots:
    """Random bytes that are the same every time: a counter."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, size: int) -> bytes:
        taken = bytes((self.count + at) % 256 for at in range(size))
        self.count += size
        return taken


def host_in(zone: Zone = UTC) -> Host:
    """Return a host that stands in *zone*."""
    return Host(lambda: NOW, zone, Lots())


def rendered(source: str, data: Any = None, host: Host | None = None) -> str:
    """Return what *source* prints of *data*."""
    templates = TemplateSet("werfConfig", sprig_functions(host or host_in()))
    templates.parse("werfConfig", source)
    return templates.render("werfConfig", data)


def golden(name: str) -> Any:
    """Return a file of cases; a new copy every time, since templates may change their data."""
    return json.loads((GOLDEN / f"{name}.json").read_text())
