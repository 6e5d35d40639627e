"""The options of how one watches a deploy: reports, events on stdout, how often it is told."""

import click

from werfish.cli.options import flag, grouped, option
from werfish.cli.seconds import PERIOD

status_period_option = option(
    "--status-progress-period",
    type=PERIOD,
    default=5.0,
    show_default=True,
    variables=("WERF_STATUS_PROGRESS_PERIOD", "WERF_STATUS_PROGRESS_PERIOD_SECONDS"),
    help="Every so many seconds say what is waited for, where no tree shows it; 0 for never.",
)
progress_options = grouped(
    status_period_option,
    option(
        "--hooks-status-progress-period",
        type=PERIOD,
        variables=(
            "WERF_HOOKS_STATUS_PROGRESS_PERIOD",
            "WERF_HOOKS_STATUS_PROGRESS_PERIOD_SECONDS",
        ),
        help="The same for hooks; else as for the rest.",
    ),
)
stream_option = option(
    "--output",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="With json every event is a line of JSON on stdout, while it happens.",
)
report_options = grouped(
    option(
        "--deploy-report",
        "deploy_reports",
        multiple=True,
        type=click.Path(dir_okay=False),
        variables=("WERF_DEPLOY_REPORT",),
        family="WERF_DEPLOY_REPORT_",
        not_family=("WERF_DEPLOY_REPORT_FORMAT", "WERF_DEPLOY_REPORT_PATH"),
        help="Write what became of each resource, and when, into this file, also after a failure."
        " Repeatable.",
    ),
    option(
        "--deploy-report-format",
        type=click.Choice(["json", "junit"]),
        variables=("WERF_DEPLOY_REPORT_FORMAT",),
        help="How; else JUnit's XML for a file whose name ends in .xml, JSON for others.",
    ),
    flag(
        "save-deploy-report",
        variables=("WERF_SAVE_DEPLOY_REPORT",),
        help="Write such a report into the file of --deploy-report-path, as in werf 2.",
    ),
    option(
        "--deploy-report-path",
        type=click.Path(dir_okay=False),
        default=".werf-deploy-report.json",
        show_default=True,
        variables=("WERF_DEPLOY_REPORT_PATH",),
        help="The file of --save-deploy-report.",
    ),
)
observing_options = grouped(report_options, stream_option, progress_options)
"""How one watches a deploy."""
