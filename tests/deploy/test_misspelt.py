"""Annotations of ours that are misspelt."""

import re
from pathlib import Path

import pytest

from werfish.deploy.misspelt import KNOWN, OTHERS, STARTS, misspelt_annotations
from werfish.helm.manifests import Hook, Rendered
from werfish.kube.resource import Gvk, Resource, ResourceId

WEB = ResourceId(Gvk("apps", "v1", "Deployment"), "prod", "web")
DOCS = Path(__file__).parent.parent.parent / "docs"


def told(*annotations: str) -> list[str]:
    metadata = {"name": "web", "annotations": dict.fromkeys(annotations, "1")}
    resource = Resource(WEB, {"metadata": metadata}, "shop/templates/web.yaml")
    return list(misspelt_annotations(Rendered((resource,), (Hook(resource, ("pre-install",)),))))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("failures-allowed-per-replicas", "failures-allowed-per-replica"),
        ("wieght", "weight"),
        ("fail_mode", "fail-mode"),
        ("skip-log", "skip-logs"),
    ],
)
def test_what_may_be_meant_is_told_with_its_place(written: str, meant: str) -> None:
    said = told(f"werf.io/{written}")
    assert len(said) == 2  # the resource, and the hook
    assert said[0] == (
        'Deployment/web in "shop/templates/web.yaml": '
        f'annotation "werf.io/{written}" means nothing; did you mean "werf.io/{meant}"?'
    )


def test_known_ones_and_those_of_others_are_fine() -> None:
    names = (*KNOWN, *OTHERS, *(f"{start}x" for start in STARTS), "something-new-of-werf")
    assert told(*(f"werf.io/{name}" for name in names)) == []
    assert told("example.com/wieght", "db.external-dependency.werf.io/resource") == []


def test_every_annotation_that_is_documented_is_known() -> None:
    text = "".join(page.read_text() for page in DOCS.glob("*.md"))
    written = set(re.findall(r"(?<![\w.])werf\.io/([a-z-]+)", text)) - {"installed"}
    assert {name for name in written if told(f"werf.io/{name}")} == set()
