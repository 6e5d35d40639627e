"""The shared flags as frozen types: click's loose keywords are parsed once, here."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stages.light_dataclass import dataclass

if TYPE_CHECKING:
    from werfish.registry.kinds import RegistryKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ProjectFlags:
    """Which project, read from where, which environment, where caches go, how the log looks."""

    directory: str
    config: str | None
    config_templates_dir: str | None
    giterminism_config: str | None
    git_strict: bool
    dev: bool
    env: str
    home_dir: str | None
    tmp_dir: str | None
    log_color_mode: str
    log_quiet: bool
    log_verbose: bool


@dataclass(frozen=True, slots=True)
class DockerFlags:
    """How registries are spoken to, which product serves them, and for which machines is built."""

    docker_config: str | None
    insecure_registry: bool
    skip_tls_verify_registry: bool
    mirrors: tuple[str, ...]
    platforms: tuple[str, ...] = ()
    repo_kind: str | None = None
    images_repo: str = ""
    images_repo_kind: str | None = None
    stages_storage: str = ""
    stages_storage_kind: str | None = None
    repo: str = ""

    @property
    def kinds(self) -> "Mapping[str, RegistryKind]":
        """The products that the user named, by host."""
        from werfish.publish.naming import host_of
        from werfish.registry.kinds import RegistryKind

        named = (
            (self.repo, self.repo_kind),
            (self.stages_storage, self.stages_storage_kind or self.repo_kind),
            (self.images_repo, self.images_repo_kind or self.repo_kind),
        )
        return {
            host_of(address): RegistryKind(kind)
            for address, kind in named
            if kind and address and not address.startswith(":")
        }


@dataclass(frozen=True, slots=True)
class LockFlags:
    """Where machines agree on who saves what, and which cluster is meant if that is in one."""

    synchronization: str = ""
    kube_config: str | None = None
    kube_config_base64: str | None = None
    kube_context: str | None = None


@dataclass(frozen=True, slots=True)
class StagesFlags:
    """Where stages are, who else saves there, and how many images are worked on at once.

    *repo* is one repository for stages and images, where others are not named. Stages of cache and
    secondary repositories are only read.
    """

    stages_storage: str
    repo: str
    cache_repos: tuple[str, ...]
    secondary_repos: tuple[str, ...]
    parallel: bool = True
    parallel_tasks_limit: int = 5
    synchronization: str = ""
    kube_config: str | None = None
    kube_config_base64: str | None = None
    kube_context: str | None = None

    @property
    def locks(self) -> LockFlags:
        """How saving is kept apart from others."""
        return LockFlags(
            self.synchronization, self.kube_config, self.kube_config_base64, self.kube_context
        )

    @property
    def workers(self) -> int:
        """How many images at once; -1 means no limit."""
        if not self.parallel:
            return 1
        return self.parallel_tasks_limit if self.parallel_tasks_limit > 0 else 1024

    @property
    def storage(self) -> str:
        """Where stages are: ``:local`` or a repository; nowhere is wrong usage."""
        named = self.stages_storage or self.repo
        if not named:
            raise click.UsageError(
                "the stages storage is required: --stages-storage :local or REPO, or --repo REPO"
                " (or $WERF_STAGES_STORAGE, $WERF_REPO)"
            )
        storage_named(named)
        if named == ":local" and self.sources:
            raise click.UsageError(
                "--cache-repo and --secondary-repo go with stages in a registry, not with :local"
            )
        return named

    @property
    def sources(self) -> tuple[str, ...]:
        """The repositories whose stages are only read, the nearest first."""
        return (*self.cache_repos, *self.secondary_repos)


def storage_named(text: str) -> str:
    """Return *text*, the name of a stages storage; one that cannot be is wrong usage."""
    if text.startswith(":") and text not in (":local", ":minikube"):
        raise click.UsageError(
            f'unknown stages storage "{text}": it is :local, :minikube or a repository'
        )
    return text


@dataclass(frozen=True, slots=True)
class SshFlags:
    """Which keys the user's instructions get."""

    ssh_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IntrospectionFlags:
    """Where the user wants a shell in the build."""

    introspect_error: bool = False
    introspect_before_error: bool = False
    introspect_stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GitFlags:
    """What may be done where the clone is shallow, and what the commit merges."""

    git_unshallow: bool
    allow_git_shallow_clone: bool
    virtual_merge: bool
    virtual_merge_from_commit: str
    virtual_merge_into_commit: str


@dataclass(frozen=True, slots=True)
class RepoFlags:
    """Where images are published and how they are named and tagged."""

    images_repo: str
    images_repo_mode: str
    tag_custom: tuple[str, ...]
    tag_git_branch: str
    tag_git_tag: str
    tag_git_commit: str
    tag_by_stages_signature: bool
    repo_kind: str | None = None
    images_repo_kind: str | None = None

    @property
    def kind(self) -> "RegistryKind | None":
        """The product behind the images' repository, where the user named it."""
        from werfish.registry.kinds import RegistryKind

        named = self.images_repo_kind or self.repo_kind
        return RegistryKind(named) if named else None


@dataclass(frozen=True, slots=True)
class ResultFlags:
    """What published images get beside their tags, and what is told of them."""

    templates: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    report: str | None = None
    report_format: str | None = None


@dataclass(frozen=True, slots=True)
class KubeFlags:
    """Which cluster."""

    kube_config: str | None
    kube_config_base64: str | None
    kube_context: str | None


@dataclass(frozen=True, slots=True)
class ReleaseFlags:
    """Which release, how long to wait (seconds; 0: no limit), and what its records are kept in."""

    release: str
    namespace: str
    timeout: float
    release_storage: str = "secret"


@dataclass(frozen=True, slots=True)
class ObservingFlags:
    """How one watches a deploy: files of reports, what goes to stdout, how often it is told.

    Seconds of 0 or less mean never; hooks without seconds of their own have those of the rest.
    """

    deploy_reports: tuple[str, ...] = ()
    deploy_report_format: str | None = None
    save_deploy_report: bool = False
    deploy_report_path: str = ""
    form: str = "text"
    status_progress_period: float = 5.0
    hooks_status_progress_period: float | None = None

    @property
    def reports(self) -> tuple[str, ...]:
        """The files to write reports into."""
        saved = (self.deploy_report_path,) if self.save_deploy_report else ()
        return tuple(dict.fromkeys((*self.deploy_reports, *saved)))


@dataclass(frozen=True, slots=True)
class ValuesFlags:
    """The values that the user gives, and what is added to every resource."""

    values: tuple[str, ...]
    set_values: tuple[str, ...]
    set_string: tuple[str, ...]
    set_file: tuple[str, ...]
    set_json: tuple[str, ...]
    add_annotation: tuple[str, ...]
    add_label: tuple[str, ...]
    secret_values: tuple[str, ...]
    ignore_secret_key: bool
    set_docker_config_json_value: bool


def taken(kind: type[T], flags: dict[str, Any]) -> T:
    """Make one of *kind* of those of *flags*, click's keywords, that it has."""
    names: tuple[str, ...] = kind.__match_args__  # type: ignore[attr-defined]
    return kind(**{name: flags[name] for name in names if name in flags})
