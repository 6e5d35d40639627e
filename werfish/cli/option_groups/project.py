"""The options of every command: which project, which commit of it, and what is logged."""

import click

from werfish.cli.options import flag, grouped, option

project_options = grouped(
    option(
        "--dir",
        "directory",
        type=click.Path(file_okay=False),
        default=".",
        variables=("WERF_DIR",),
        help="The project's folder.",
    ),
    option(
        "--config",
        type=click.Path(dir_okay=False),
        variables=("WERF_CONFIG",),
        help="The configuration file, from the current folder or else the project's; else werf.yml"
        " or werf.yaml in the project's folder.",
    ),
    option(
        "--config-templates-dir",
        type=click.Path(file_okay=False),
        variables=("WERF_CONFIG_TEMPLATES_DIR",),
        help="The folder of *.tmpl files that the configuration may include; else .werf.",
    ),
    option(
        "--giterminism-config",
        type=click.Path(dir_okay=False),
        variables=("WERF_GITERMINISM_CONFIG",),
        help="The file that says what may be undetermined; else werf-giterminism.yaml in the"
        " project's folder. It is checked, and allows fromLatest and branches alone.",
    ),
    flag(
        "git-strict",
        variables=("WERF_GIT_STRICT",),
        help="Read everything from the commit, and refuse what is uncommitted.",
    ),
    flag(
        "dev",
        variables=("WERF_DEV",),
        help="Take the work tree as it is for the commit, but for ignored files.",
    ),
    option(
        "--env",
        default="",
        variables=("WERF_ENV",),
        help="The environment, such as staging or production.",
    ),
    option(
        "--loose-giterminism/--no-loose-giterminism",
        is_flag=True,
        expose_value=False,
        hidden=True,
        variables=("WERF_LOOSE_GITERMINISM",),
        help="Of werf 2: what happens by default.",
    ),
    option(
        "--home-dir",
        type=click.Path(file_okay=False),
        variables=("WERF_HOME",),
        help="Where caches and locks live; else ~/.werfish. In a folder that is named here,"
        " werfish/ inside it.",
    ),
    option(
        "--tmp-dir",
        type=click.Path(file_okay=False),
        variables=("WERF_TMP_DIR",),
        help="Where temporary files go; else the system's folder.",
    ),
)

git_options = grouped(
    flag(
        "git-unshallow",
        variables=("WERF_GIT_UNSHALLOW",),
        help="Fetch the whole history of a shallow clone first.",
    ),
    flag(
        "allow-git-shallow-clone",
        variables=("WERF_ALLOW_GIT_SHALLOW_CLONE",),
        help="Build in a shallow clone: what its history does not show is built again.",
    ),
    flag(
        "virtual-merge",
        variables=("WERF_VIRTUAL_MERGE",),
        help="HEAD is a merge for this pipeline only; stages are those of the branch it merges.",
    ),
    option(
        "--virtual-merge-from-commit",
        default="",
        variables=("WERF_VIRTUAL_MERGE_FROM_COMMIT",),
        help="What it merges; else the second parent of HEAD.",
    ),
    option(
        "--virtual-merge-into-commit",
        default="",
        variables=("WERF_VIRTUAL_MERGE_INTO_COMMIT",),
        help="What it merges into; else the first parent of HEAD.",
    ),
)

log_options = grouped(
    option(
        "--log-color-mode",
        type=click.Choice(["auto", "on", "off"]),
        default="auto",
        show_default=True,
        variables=("WERF_LOG_COLOR_MODE",),
        help="Colours of the log.",
    ),
    flag(
        "log-quiet",
        variables=("WERF_LOG_QUIET", "WERF_QUIET"),
        help="Write warnings and errors only.",
    ),
    flag("log-verbose", variables=("WERF_LOG_VERBOSE", "WERF_VERBOSE"), help="Write details too."),
)
