"""The groups of options that commands share; the variables are werf's."""

import click

from werfish.cli.options import flag, grouped, option


def checked_platforms(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Refuse what is no platform; several may be in one value, with commas."""
    from werfish.config.rules import platform

    found = tuple(one.strip() for value in values for one in value.split(",") if one.strip())
    for problem in filter(None, map(platform, found)):
        raise click.BadParameter(problem)
    return found


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
        " project's folder. It is checked, and allows nothing yet.",
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
_KINDS = [
    "default",
    "acr",
    "dockerhub",
    "ecr",
    "gcr",
    "github",
    "gitlab",
    "harbor",
    "quay",
    "selectel",
]

docker_options = grouped(
    option(
        "--docker-config",
        type=click.Path(file_okay=False),
        variables=("WERF_DOCKER_CONFIG", "DOCKER_CONFIG"),
        help="Docker's folder with config.json, for credentials; else ~/.docker.",
    ),
    flag(
        "insecure-registry",
        variables=("WERF_INSECURE_REGISTRY",),
        help="Talk plain HTTP to registries. On loopback that is always allowed.",
    ),
    flag(
        "skip-tls-verify-registry",
        variables=("WERF_SKIP_TLS_VERIFY_REGISTRY",),
        help="Do not check the certificates of registries.",
    ),
    option(
        "--container-registry-mirror",
        "mirrors",
        multiple=True,
        variables=("WERF_CONTAINER_REGISTRY_MIRROR",),
        family="WERF_CONTAINER_REGISTRY_MIRROR_",
        help="A mirror of Docker Hub, HOST[:PORT], asked before it. Repeatable.",
    ),
    option(
        "--repo-container-registry",
        "--repo-implementation",
        "repo_kind",
        type=click.Choice(_KINDS),
        variables=("WERF_REPO_CONTAINER_REGISTRY", "WERF_REPO_IMPLEMENTATION"),
        help="The product that serves the repositories; else it is told from the host.",
    ),
    option(
        "--platform",
        "platforms",
        multiple=True,
        callback=checked_platforms,
        variables=("WERF_PLATFORM",),
        family="WERF_PLATFORM_",
        help="Build every image for this platform, such as linux/arm64, whatever it says itself.",
    ),
)
synchronization_option = option(
    "--synchronization",
    "-S",
    default="",
    variables=("WERF_SYNCHRONIZATION",),
    help="Where locks are while stages are saved in a registry: :local for those of this host, or"
    " kubernetes://NAMESPACE[:CONTEXT][@(base64:DATA|PATH)] to share them as Leases; else :local.",
)
stages_options = grouped(
    option(
        "--stages-storage-repo-implementation",
        "stages_storage_kind",
        type=click.Choice(_KINDS),
        variables=("WERF_STAGES_STORAGE_REPO_IMPLEMENTATION",),
        help="The same for the stages' repository alone.",
    ),
    option(
        "--stages-storage",
        "-s",
        default="",
        variables=("WERF_STAGES_STORAGE",),
        help="Where stages are kept: :local, or a repository such as HOST:PORT/PROJECT/stages.",
    ),
    option(
        "--repo",
        default="",
        variables=("WERF_REPO",),
        help="One repository for stages and images, as in werf 2; --stages-storage and"
        " --images-repo beat it.",
    ),
    option(
        "--cache-repo",
        "cache_repos",
        multiple=True,
        family="WERF_CACHE_REPO_",
        help="A repository near by whose stages are taken over, and never written. Repeatable.",
    ),
    option(
        "--secondary-repo",
        "secondary_repos",
        multiple=True,
        family="WERF_SECONDARY_REPO_",
        help="A repository whose stages are taken over, after those of --cache-repo. Repeatable.",
    ),
    synchronization_option,
)
build_options = grouped(
    flag(
        "parallel",
        default=True,
        variables=("WERF_PARALLEL",),
        help="Work on several images at once.",
    ),
    option(
        "--parallel-tasks-limit",
        type=int,
        default=5,
        show_default=True,
        variables=("WERF_PARALLEL_TASKS_LIMIT",),
        help="How many images at once; -1 for no limit.",
    ),
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
images_repo_options = grouped(
    option(
        "--images-repo",
        "-i",
        default="",
        variables=("WERF_IMAGES_REPO",),
        help="The repository of published images, such as HOST:PORT/PROJECT.",
    ),
    option(
        "--images-repo-mode",
        type=click.Choice(["auto", "multirepo", "monorepo"]),
        default="auto",
        show_default=True,
        variables=("WERF_IMAGES_REPO_MODE",),
        help="REPO/IMAGE:TAG (multirepo), REPO:IMAGE-TAG (monorepo), or what the registry"
        " suggests.",
    ),
    option(
        "--images-repo-implementation",
        "images_repo_kind",
        type=click.Choice(_KINDS),
        variables=("WERF_IMAGES_REPO_IMPLEMENTATION",),
        help="As --repo-container-registry, for the images' repository alone.",
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
kube_options = grouped(
    option(
        "--kube-config",
        variables=("WERF_KUBE_CONFIG", "WERF_KUBECONFIG", "KUBECONFIG"),
        help="The kubeconfig file, or several separated by colons.",
    ),
    option(
        "--kube-config-base64",
        variables=("WERF_KUBE_CONFIG_BASE64", "WERF_KUBECONFIG_BASE64", "KUBECONFIG_BASE64"),
        help="The kubeconfig's content, base64.",
    ),
    option(
        "--kube-context",
        variables=("WERF_KUBE_CONTEXT",),
        help="The context of the kubeconfig to use.",
    ),
)
release_options = grouped(
    option(
        "--release",
        default="",
        variables=("WERF_RELEASE",),
        help="The release's name; else from deploy.helmRelease, PROJECT-ENV.",
    ),
    option(
        "--namespace",
        default="",
        variables=("WERF_NAMESPACE",),
        help="The namespace; else from deploy.namespace, PROJECT-ENV.",
    ),
    option(
        "--timeout",
        "-t",
        type=click.FloatRange(min=0),
        default=0.0,
        variables=("WERF_TIMEOUT",),
        help="Seconds until waiting for resources is given up; 0 for no limit.",
    ),
)
chart_option = option(
    "--helm-chart-dir",
    default="",
    variables=("WERF_HELM_CHART_DIR",),
    help="The chart's folder; else deploy.helmChartDir of the configuration, .helm by default.",
)
values_options = grouped(
    option(
        "--values",
        multiple=True,
        family="WERF_VALUES_",
        type=click.Path(dir_okay=False),
        help="A file of values. Repeatable; later files win.",
    ),
    option(
        "--set",
        "set_values",
        multiple=True,
        family="WERF_SET_",
        not_family=(
            "WERF_SET_STRING_",
            "WERF_SET_FILE_",
            "WERF_SET_JSON_",
            "WERF_SET_DOCKER_CONFIG_",
        ),
        help="Values as key.path=value,…. Repeatable.",
    ),
    option(
        "--set-string",
        multiple=True,
        family="WERF_SET_STRING_",
        help="Values as key.path=value,…, all of them text. Repeatable.",
    ),
    option(
        "--set-file",
        multiple=True,
        family="WERF_SET_FILE_",
        help="Values as key.path=file,…: the texts of files. Repeatable.",
    ),
    option(
        "--set-json",
        multiple=True,
        family="WERF_SET_JSON_",
        help="Values as key.path=JSON,…, or one JSON object. Repeatable.",
    ),
    option(
        "--add-annotation",
        multiple=True,
        family="WERF_ADD_ANNOTATION_",
        help="An annotation name=value for every resource. Repeatable.",
    ),
    option(
        "--add-label",
        multiple=True,
        family="WERF_ADD_LABEL_",
        help="A label name=value for every resource. Repeatable.",
    ),
    option(
        "--secret-values",
        multiple=True,
        family="WERF_SECRET_VALUES_",
        type=click.Path(dir_okay=False),
        help="An encrypted file of values. Repeatable; later files win.",
    ),
    flag(
        "set-docker-config-json-value",
        variables=("WERF_SET_DOCKER_CONFIG_JSON_VALUE",),
        help="Give templates Docker's config.json, base64, as .Values.dockerconfigjson.",
    ),
    flag(
        "ignore-secret-key",
        variables=("WERF_IGNORE_SECRET_KEY",),
        help="Take secrets as they are, without decrypting them.",
    ),
)
