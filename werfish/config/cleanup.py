"""``cleanup:`` of the project: which published images stay."""

from werfish.config import rules
from werfish.config.model import CleanupSettings, KeepPolicy, Limit, References
from werfish.config.nodes import Table, flag_of, number_of, table_of, tables_of, text_of
from werfish.config.schema import Choice, Key, Section, Shape

BUILT_WITHIN_HOURS = 2
"""werf 2 keeps what was built within as many hours, where the project says nothing else."""


_LIMIT = Section(
    (
        Key("last", Shape.NUMBER, default="-1", summary="At most so many, the newest; -1 for all."),
        Key("in", rule=rules.duration, summary="Not older than this, such as 168h."),
        Key("operator", values=("And", "Or"), default="And", summary="Whether both must hold."),
    )
)
_REFERENCES = Section(
    (
        Key("branch", rule=rules.name_or_pattern, summary="A branch of origin, or /REGEXP/."),
        Key("tag", rule=rules.name_or_pattern, summary="A tag, or /REGEXP/."),
        Key("limit", Shape.SECTION, _LIMIT, summary="How many of them."),
    ),
    choices=(Choice(("branch", "tag"), required=True),),
)
_POLICY = Section(
    (
        Key("references", Shape.SECTION, _REFERENCES, required=True, summary="Where to look."),
        Key("imagesPerReference", Shape.SECTION, _LIMIT, summary="How many images to keep there."),
    )
)
CLEANUP = Section(
    (
        Key("keepPolicies", Shape.SECTIONS, _POLICY, summary="Which images stay, by git."),
        Key("disable", Shape.FLAG, default="false", summary="Never clean up."),
        Key("disableKubernetesBasedPolicy", Shape.FLAG, summary="Do not ask clusters."),
        Key("disableGitHistoryBasedPolicy", Shape.FLAG, summary="Do not look at git."),
        Key("disableBuiltWithinLastNHoursPolicy", Shape.FLAG, summary="Do not spare new images."),
        Key(
            "keepImagesBuiltWithinLastNHours",
            Shape.NUMBER,
            rule=rules.not_negative,
            default=str(BUILT_WITHIN_HOURS),
            summary="Spare images that are not older.",
        ),
    )
)


def cleanup_settings_of(meta: Table) -> CleanupSettings:
    """Return the settings for cleaning up that *meta*, already checked, has."""
    cleanup = table_of(meta, "cleanup")

    def is_set(name: str) -> bool:
        return flag_of(cleanup, name, default=False)

    return CleanupSettings(
        keep_policies=tuple(_policy(one) for one in tables_of(cleanup, "keepPolicies")),
        is_disabled=is_set("disable"),
        ignores_clusters=is_set("disableKubernetesBasedPolicy"),
        ignores_git=is_set("disableGitHistoryBasedPolicy"),
        built_within_hours=0
        if is_set("disableBuiltWithinLastNHoursPolicy")
        else number_of(cleanup, "keepImagesBuiltWithinLastNHours", default=BUILT_WITHIN_HOURS) or 0,
    )


def _policy(table: Table) -> KeepPolicy:
    references = table_of(table, "references")
    return KeepPolicy(
        References(
            branch=text_of(references, "branch"),
            tag=text_of(references, "tag"),
            limit=_limit(table_of(references, "limit")),
        ),
        _limit(table_of(table, "imagesPerReference")),
    )


def _limit(table: Table) -> Limit:
    return Limit(
        last=number_of(table, "last"),
        within=_seconds(text_of(table, "in")),
        needs_both=text_of(table, "operator") != "Or",
    )


def _seconds(text: str) -> float | None:
    length = rules.nanoseconds(text) if text else None
    return None if length is None else length / 1e9
