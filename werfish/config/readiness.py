"""``deploy.readiness`` of the project: when its own kinds of resources are ready."""

from collections.abc import Callable

from werfish.config.nodes import Table, table_of, tables_of, text_of, texts_of
from werfish.config.schema import Key, Section, Shape
from werfish.kube.jsonpath import parse_path
from werfish.kube.status_rule import StatusRule, status_rule
from werfish.kube.status_test import parse_test


def _wrong(parse: Callable[[str], object]) -> Callable[[str], str]:
    def rule(text: str) -> str:
        try:
            parse(text)
        except ValueError as error:
            return str(error)
        return ""

    return rule


READINESS = Section(
    (
        Key("group", required=True, summary="The API group, such as example.com; * for any."),
        Key("kind", required=True, summary="The kind; * for all of the group."),
        Key("ready", Shape.TEXTS, rule=_wrong(parse_test), summary="Tests that must all hold."),
        Key("failed", Shape.TEXTS, rule=_wrong(parse_test), summary="Tests of which none may."),
        Key("message", rule=_wrong(parse_path), summary="Where it says how it is, a JSONPath."),
    )
)


def readiness_rules_of(meta: Table) -> tuple[StatusRule, ...]:
    """Return the rules that *meta*, already checked, has."""
    return tuple(
        status_rule(
            text_of(one, "group"),
            text_of(one, "kind"),
            ready=texts_of(one, "ready"),
            failed=texts_of(one, "failed"),
            message=text_of(one, "message"),
        )
        for one in tables_of(table_of(meta, "deploy"), "readiness")
    )
