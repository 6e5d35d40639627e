"""The options of releases: the cluster, the name, the chart and its values."""

import click

from werfish.cli.options import flag, grouped, option
from werfish.cli.seconds import SECONDS

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
        type=SECONDS,
        default=0.0,
        variables=("WERF_TIMEOUT",),
        help="Seconds, or a length such as 10m, until waiting for resources is given up; 0 for no"
        " limit.",
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
