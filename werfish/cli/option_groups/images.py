"""The options of building images, naming them and telling what was published."""

import click

from werfish.cli.options import flag, grouped, option
from werfish.cli.tasks_limit import TasksLimit

build_options = grouped(
    flag(
        "parallel",
        default=True,
        variables=("WERF_PARALLEL",),
        help="Work on several images at once.",
    ),
    option(
        "--parallel-tasks-limit",
        type=TasksLimit(),
        default=5,
        show_default=True,
        variables=("WERF_PARALLEL_TASKS_LIMIT",),
        help="How many images at once; -1 for no limit.",
    ),
)

require_built_option = option(
    "--require-built-images/--no-require-built-images",
    "-Z",
    is_flag=True,
    default=False,
    variables=("WERF_REQUIRE_BUILT_IMAGES",),
    help="Build nothing: a stage that is missing is an error.",
)

trace_option = option(
    "--trace",
    type=click.Path(dir_okay=False),
    variables=("WERF_TRACE",),
    help="Write a trace of every step into this file, for Chrome's or Perfetto's viewer.",
)

ssh_options = grouped(
    option(
        "--ssh-key",
        "ssh_keys",
        multiple=True,
        family="WERF_SSH_KEY_",
        type=click.Path(dir_okay=False),
        help="A private key that instructions may use. Repeatable; without any, the ssh agent of"
        " $SSH_AUTH_SOCK.",
    ),
)

introspection_options = grouped(
    flag(
        "introspect-error",
        variables=("WERF_INTROSPECT_ERROR",),
        help="Open a shell in the stage that failed, as its command left it.",
    ),
    flag(
        "introspect-before-error",
        variables=("WERF_INTROSPECT_BEFORE_ERROR",),
        help="Open a shell in the stage that failed, as it was before its commands.",
    ),
    option(
        "--introspect-stage",
        "introspect_stages",
        multiple=True,
        family="WERF_INTROSPECT_STAGE",
        help="Open a shell after a stage, [IMAGE/]STAGE; * is every image, ~ the nameless one."
        " Repeatable.",
    ),
)

tag_options = grouped(
    option(
        "--tag-custom",
        multiple=True,
        family="WERF_TAG_CUSTOM",
        help="A tag of your own. Repeatable.",
    ),
    option(
        "--tag-git-branch",
        default="",
        variables=("WERF_TAG_GIT_BRANCH",),
        help="Tag with this branch.",
    ),
    option(
        "--tag-git-tag", default="", variables=("WERF_TAG_GIT_TAG",), help="Tag with this git tag."
    ),
    option(
        "--tag-git-commit",
        default="",
        variables=("WERF_TAG_GIT_COMMIT",),
        help="Tag with this commit.",
    ),
    flag(
        "tag-by-stages-signature",
        variables=("WERF_TAG_BY_STAGES_SIGNATURE",),
        help="Tag each image with the digest of its stages.",
    ),
)

image_label_option = option(
    "--add-label",
    "labels",
    multiple=True,
    family="WERF_PUBLISH_ADD_LABEL_",
    help="A label name=value for the published images. Repeatable.",
)

result_options = grouped(
    option(
        "--add-custom-tag",
        "templates",
        multiple=True,
        family="WERF_ADD_CUSTOM_TAG_",
        help="A further tag, in which %image%, %image_slug%, %image_safe_slug% and"
        " %image_content_based_tag% are filled in. Repeatable.",
    ),
    option(
        "--publish-report-path",
        "--report-path",
        "report",
        type=click.Path(dir_okay=False),
        variables=("WERF_PUBLISH_REPORT_PATH",),
        help="Write what was published into this file.",
    ),
    option(
        "--publish-report-format",
        "--report-format",
        "report_format",
        type=click.Choice(["json", "env"]),
        variables=("WERF_PUBLISH_REPORT_FORMAT",),
        help="How; else env for a file whose name ends so, json for others.",
    ),
)
