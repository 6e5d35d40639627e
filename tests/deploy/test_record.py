"""Records of revisions: what they say, and what they name."""

from dataclasses import replace

from tests.deploy.objects import OWNER, config_map
from werfish.deploy.record import (
    deployed_release,
    draft_of,
    failed_release,
    pending_release,
    recorded_hooks,
    recorded_of,
    superseded_releases,
)
from werfish.helm.manifests import Hook, Rendered
from werfish.releases.release import HookRecord, Release, Status

C = config_map("c")


def revision(number: int, status: Status, *names: str) -> Release:
    resources = tuple(config_map(name) for name in names)
    draft = draft_of(OWNER, Rendered(resources, (Hook(C, ("pre-delete",), 5),)), holder="me")
    return replace(pending_release(draft, (), 0), revision=number, status=status)


def named(*history: Release) -> tuple[list[str], list[list[str]]]:
    recorded = recorded_of(history, lambda gvk: True)
    return (
        [r.id.name for r in recorded.deployed],
        [[r.id.name for r in attempt] for attempt in recorded.attempts],
    )


def test_what_an_earlier_record_has_as_well_is_not_read_again() -> None:
    was = (replace(config_map("a"), source="chart/a.yaml"), config_map("b"))
    record = replace(pending_release(draft_of(OWNER, Rendered(was)), (), 0), status=Status.DEPLOYED)
    draft = draft_of(OWNER, Rendered((config_map("a"), config_map("c"))))
    recorded = recorded_of([record], lambda gvk: True, draft.known).deployed
    assert recorded == was
    assert recorded[0].manifest is draft.rendered.resources[0].manifest


def test_the_first_revision_and_the_next() -> None:
    first = pending_release(draft_of(OWNER, Rendered(), holder="me"), (), 0)
    assert (first.revision, first.status, first.holder) == (1, Status.PENDING_INSTALL, "me")
    assert first.first_deployed == "1970-01-01T00:00:00Z"
    done = deployed_release(first)
    assert (done.status, done.holder, done.description) == (
        Status.DEPLOYED,
        "",
        "Install complete",
    )
    second = pending_release(draft_of(OWNER, Rendered()), (done,), 60)
    assert (second.revision, second.status) == (2, Status.PENDING_UPGRADE)
    assert second.first_deployed == done.first_deployed
    assert failed_release(second, "boom").description == 'Release "rel" failed: boom'
    assert [r.status for r in superseded_releases([done], second)] == [Status.SUPERSEDED]


def test_what_matters_begins_with_the_deployed_revision() -> None:
    history = (
        revision(1, Status.SUPERSEDED, "old"),
        revision(2, Status.DEPLOYED, "a"),
        revision(3, Status.FAILED, "a", "b"),
    )
    assert named(*history) == (["a"], [["a", "b"]])


def test_without_a_deployed_revision_all_are_tries() -> None:
    history = (revision(1, Status.FAILED, "a"), revision(2, Status.UNINSTALLING, "b"))
    assert named(*history) == ([], [["a"], ["b"]])


def test_hooks_come_back_from_the_newest_record() -> None:
    (hook,) = recorded_hooks([revision(1, Status.DEPLOYED)], lambda gvk: True)
    assert (hook.resource.id, hook.events, hook.weight) == (C.id, ("pre-delete",), 5)
    assert recorded_hooks([], lambda gvk: True) == ()


def test_each_item_of_a_list_that_helm_recorded_as_a_hook_is_one() -> None:
    items = "- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n"
    items += "- {apiVersion: v1, kind: Secret, metadata: {name: b}}\n"
    text = f"apiVersion: v1\nkind: List\nitems:\n{items}"
    hooks = (
        HookRecord("", "List", "c/templates/l.yaml", text, ("pre-install",)),
        HookRecord("", "", "c/templates/empty.yaml", "# nothing\n", ("pre-install",)),
    )
    release = replace(revision(1, Status.DEPLOYED), hooks=hooks)
    found = recorded_hooks([release], lambda gvk: True)
    assert [(one.resource.id.name, one.resource.source) for one in found] == [
        ("a", "c/templates/l.yaml"),
        ("b", "c/templates/l.yaml"),
    ]
