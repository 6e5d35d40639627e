"""``git:`` of an image: which files of a commit land where."""

from collections.abc import Iterator

from stages.mapping import BasicAuth, GitMapping, RemoteRepository, StageDependencies
from stages.secret import SecretSource
from werfish.config import rules
from werfish.config.nodes import Scalar, Table, flag_of, table_of, text_of, texts_of, value_of
from werfish.config.schema import Choice, Finding, Key, Section, Shape

ADMITS_BRANCH = "herebyIAdmitThatBranchMightBreakReproducibility"

STAGE_DEPENDENCIES = Section(
    (
        Key("install", Shape.TEXTS, rule=rules.relative, summary="Globs that install needs."),
        Key("beforeSetup", Shape.TEXTS, rule=rules.relative, summary="Globs for beforeSetup."),
        Key("setup", Shape.TEXTS, rule=rules.relative, summary="Globs that setup needs."),
    ),
    {"beforeInstall": "no files of git are there yet at that stage"},
)
PASSWORD = Section(
    (
        Key("env", rule=rules.not_empty, summary="The variable that holds it."),
        Key("src", rule=rules.not_empty, summary="The file that holds it."),
        Key("file", rule=rules.not_empty, summary="Another name of src."),
        Key("value", rule=rules.not_empty, summary="The password itself; better not."),
    ),
    choices=(Choice(("env", "src", "file", "value"), required=True),),
)
BASIC_AUTH = Section(
    (
        Key("username", required=True, rule=rules.not_empty, summary="Who asks."),
        Key("password", Shape.SECTION, PASSWORD, required=True, summary="Where it comes from."),
    )
)


def _judged(git: Table) -> Iterator[Finding]:
    url = value_of(git, "url")
    if not isinstance(url, Scalar) or text_of(git, "tag") or text_of(git, "commit"):
        return
    if not flag_of(git, ADMITS_BRANCH, default=False):
        branch = text_of(git, "branch")
        which = f'branch "{branch}"' if branch else 'no tag or commit is named, so "master"'
        text = f'{which} moves on; write a tag or a commit, or admit it by "{ADMITS_BRANCH}: true"'
        yield Finding(value_of(git, "branch") or url, "branch" if branch else "", text)


GIT = Section(
    (
        Key("url", rule=rules.remote_url, summary="Another repository than the project's."),
        Key("branch", rule=rules.not_empty, summary="Its branch."),
        Key("tag", rule=rules.not_empty, summary="Its tag."),
        Key("commit", rule=rules.not_empty, summary="Its commit."),
        Key("basicAuth", Shape.SECTION, BASIC_AUTH, summary="Credentials for its https address."),
        Key(ADMITS_BRANCH, Shape.FLAG, summary="Needed to follow a branch of another repository."),
        Key(
            "add",
            rule=rules.absolute,
            default="/",
            summary="The folder or file of the repository.",
        ),
        Key("to", rule=rules.absolute, required=True, summary="Where it lands in the image."),
        Key("includePaths", Shape.TEXTS, rule=rules.relative, summary="Globs of what to take."),
        Key("excludePaths", Shape.TEXTS, rule=rules.relative, summary="Globs of what to leave."),
        Key("owner", summary="The user, by the image's name or by number."),
        Key("group", summary="The group, by the image's name or by number."),
        Key(
            "stageDependencies",
            Shape.SECTION,
            STAGE_DEPENDENCIES,
            summary="The files whose change makes a stage run again.",
        ),
    ),
    choices=(Choice(("branch", "tag", "commit")),),
    needs=tuple((key, "url") for key in ("branch", "tag", "commit", "basicAuth")),
    judge=_judged,
)


def git_mapping_of(table: Table) -> GitMapping:
    """Return the git mapping that *table*, already checked, describes."""
    depends = table_of(table, "stageDependencies")
    return GitMapping(
        to=rules.clean(text_of(table, "to")),
        add=rules.clean(text_of(table, "add") or "/"),
        include_paths=texts_of(table, "includePaths"),
        exclude_paths=texts_of(table, "excludePaths"),
        owner=text_of(table, "owner"),
        group=text_of(table, "group"),
        stage_dependencies=StageDependencies(
            install=texts_of(depends, "install"),
            before_setup=texts_of(depends, "beforeSetup"),
            setup=texts_of(depends, "setup"),
        ),
        remote=_remote(table),
        line=table.position.line,
    )


def _remote(table: Table) -> RemoteRepository | None:
    url, place = text_of(table, "url"), value_of(table, "url")
    if not url or place is None:
        return None
    return RemoteRepository(
        url=url,
        name=rules.remote_name(url),
        branch=text_of(table, "branch"),
        tag=text_of(table, "tag"),
        commit=text_of(table, "commit"),
        auth=_basic_auth(table_of(table, "basicAuth")),
        line=place.position.line,
    )


def _basic_auth(table: Table) -> BasicAuth | None:
    username, password = text_of(table, "username"), table_of(table, "password")
    for key in ("env", "src", "file", "value"):
        if text_of(password, key):
            source = SecretSource.SRC if key == "file" else SecretSource(key)
            return BasicAuth(username, source, text_of(password, key))
    return None
