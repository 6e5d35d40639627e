"""Variables of werf's that would change what a command does, and are not known here.

An unknown option is an error; a variable may be meant for another command, so it is told of.
"""

from collections.abc import Iterator, Mapping

from werfish.cli.options import FALSE_WORDS

SERVING = {
    "WERF_FINAL_REPO": "WERF_IMAGES_REPO, with WERF_STAGES_STORAGE for the stages",
    "WERF_SAVE_BUILD_REPORT": "WERF_REPORT_PATH",
    "WERF_BUILD_REPORT_PATH": "WERF_REPORT_PATH",
    "WERF_USE_BUILD_REPORT": "",
    "WERF_SKIP_BUILD": "",
    "WERF_KUBE_TOKEN": "a kubeconfig",
    "WERF_KUBE_API_SERVER": "a kubeconfig",
    "WERF_KUBE_CA_PATH": "a kubeconfig",
}


def strange_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield a warning for each variable that is set and has no effect."""
    for name, serving in SERVING.items():
        if environment.get(name, "").lower() not in ("", *FALSE_WORDS):
            instead = f"; here there is {serving}" if serving else ""
            yield f"${name} is werf's, and has no effect{instead}"
