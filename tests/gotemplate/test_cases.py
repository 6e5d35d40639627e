"""The contract: templates that Go itself has rendered, with sprig and the functions of werf."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.gotemplate.files import Files
from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.errors import TemplateError
from werfish.gotemplate.functions import strict_functions
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.times.zones import UTC
from werfish.gotemplate.values import Map

CONTRACT = json.loads((Path(__file__).parent / "cases.json").read_text("utf-8"))
COMMIT = {
    "Hash": "deadbeef",
    "Date": Map(
        "map[string]string", {"Human": "2024-01-02 03:04:05 +0000 UTC", "Unix": "1704164645"}
    ),
}


def templates_of(case: dict[str, Any]) -> TemplateSet:
    """Return the templates of *case*; the one to render is ``werfConfig``."""
    host = Host(now=lambda: 1_704_164_645 * 10**9, zone=UTC, random=bytes)
    templates = TemplateSet("werfConfig", strict_functions(case["env"].get, host))
    for name in case["order"]:
        templates.parse(name, case["templates"][name])
    templates.parse("werfConfig", case["src"])
    return templates


def data_of(case: dict[str, Any]) -> dict[str, Any]:
    """Return what the templates of *case* are rendered with."""
    data = copy.deepcopy(CONTRACT["data"][case["data"]])
    return {**data, "Files": Files(case["files"]), "Env": "production", "Commit": COMMIT}


def rendered(case: dict[str, Any]) -> str:
    """Return what the template of *case* prints; bytes that are not UTF-8 as JSON shows them."""
    printed = templates_of(case).render("werfConfig", data_of(case))
    return re.sub("[\udc80-\udcff]", "\ufffd", printed)


@pytest.mark.parametrize("case", CONTRACT["cases"], ids=lambda case: case["name"])
def test_template_prints_what_go_prints(case: dict[str, Any]) -> None:
    if case["err"]:
        with pytest.raises(TemplateError):
            rendered(case)
    else:
        assert rendered(case) == case["out"]
