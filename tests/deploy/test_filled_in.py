"""What is filled in by others where a chart states nothing with so many words."""

from typing import Any

import pytest

from werfish.deploy.changes import update_of
from werfish.deploy.filled_in import with_filled_in
from werfish.deploy.merging import merger_of
from werfish.deploy.modes import USUAL
from werfish.kube.resource import Gvk, ResourceId
from werfish.kube.schema import UNKNOWN

INJECTED = {"metadata": {"annotations": {"cert-manager.io/inject-ca-from": "shop/ca"}}}
SELECTORS = {"clusterRoleSelectors": [{"matchLabels": {"a": "1"}}]}
ALLOTTED = {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": [{"port": 80}]}
ONE = {"ipFamilies": ["IPv4"], "clusterIPs": ["10.0.0.1"]}
TWO = {"ipFamilies": ["IPv4", "IPv6"], "clusterIPs": ["10.0.0.1", "fd00::1"]}
TOLERATED = [
    {"key": f"node.kubernetes.io/{name}", "effect": "NoExecute", "tolerationSeconds": 300}
    for name in ("not-ready", "unreachable")
]
RULES = [{"verbs": ["get"]}]


def webhooks(kind: str, **client: Any) -> dict[str, Any]:
    return {"kind": kind, "webhooks": [{"name": "a", "clientConfig": client}]}


def conversion(**client: Any) -> dict[str, Any]:
    spec = {"conversion": {"webhook": {"clientConfig": client}}}
    return {"kind": "CustomResourceDefinition", "spec": spec}


MUTATING, VALIDATING = "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"


@pytest.mark.parametrize(
    ("wanted", "live", "expected"),
    [
        pytest.param(
            {"kind": "Service", "spec": {"clusterIP": "", "clusterIPs": []}},
            {"spec": ALLOTTED},
            {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"]},
            id="addresses",
        ),
        pytest.param(
            {"kind": "Service", "spec": {"clusterIP": "", "healthCheckNodePort": 0}},
            {"spec": {"clusterIP": "None", "healthCheckNodePort": 30001}},
            {"clusterIP": "", "healthCheckNodePort": 30001},
            id="headless-is-not-allotted",
        ),
        pytest.param(
            {
                "kind": "Service",
                "spec": {
                    "ports": [
                        {"port": 80, "nodePort": 0},
                        {"port": 80, "nodePort": 0, "protocol": "UDP"},
                        {"port": 81, "nodePort": 30009},
                        {"port": 82, "nodePort": 0},
                        {"port": 83},
                    ]
                },
            },
            {
                "spec": {
                    "ports": [
                        {"port": 80, "nodePort": 30001, "protocol": "TCP"},
                        {"port": 80, "nodePort": 30002, "protocol": "UDP"},
                        {"port": 81, "nodePort": 30003, "protocol": "TCP"},
                        {"port": 83, "nodePort": 30004, "protocol": "TCP"},
                    ]
                }
            },
            {
                "ports": [
                    {"port": 80, "nodePort": 30001},
                    {"port": 80, "nodePort": 30002, "protocol": "UDP"},
                    {"port": 81, "nodePort": 30009},
                    {"port": 82, "nodePort": 0},
                    {"port": 83},
                ]
            },
            id="ports-of-nodes",
        ),
        pytest.param(
            {"kind": "Service", "spec": {"ipFamilyPolicy": "PreferDualStack", **ONE}},
            {"spec": TWO},
            {"ipFamilyPolicy": "PreferDualStack", **TWO},
            id="the-second-family",
        ),
        pytest.param(
            {"kind": "Service", "spec": {"ipFamilyPolicy": "SingleStack", **ONE}},
            {"spec": TWO},
            {"ipFamilyPolicy": "SingleStack", **ONE},
            id="one-family-is-wanted",
        ),
        pytest.param(
            {
                "kind": "Pod",
                "spec": {"tolerations": [{"key": "mine", "value": None, "effect": ""}]},
            },
            {"spec": {"tolerations": [{"key": "mine"}, *TOLERATED]}},
            {"tolerations": [{"key": "mine"}, *TOLERATED]},
            id="what-all-pods-tolerate",
        ),
        pytest.param(
            {"kind": "Pod", "spec": {"tolerations": [TOLERATED[0]]}},
            {"spec": {"tolerations": TOLERATED}},
            {"tolerations": TOLERATED},
            id="what-the-pod-itself-states",
        ),
        pytest.param(
            {"kind": "Pod", "spec": {}}, {"spec": {"tolerations": TOLERATED}}, {}, id="none"
        ),
        pytest.param(
            {"kind": "PersistentVolumeClaim", "spec": {"volumeName": ""}},
            {"spec": {"volumeName": "pvc-1"}},
            {"volumeName": "pvc-1"},
            id="the-volume-of-a-claim",
        ),
        pytest.param(
            {"kind": "Pod", "spec": {"tolerations": []}},
            {"spec": {"tolerations": TOLERATED}},
            {"tolerations": TOLERATED},
            id="no-tolerations-with-so-many-words",
        ),
        pytest.param(
            {"kind": "Service", "spec": {"ports": [None, "x", {"port": 80, "nodePort": 0}]}},
            {"spec": {"ports": [{"port": 80, "nodePort": 30001}]}},
            {"ports": [None, "x", {"port": 80, "nodePort": 0}]},
            id="odd-ports-are-left-to-the-server",
        ),
        pytest.param(
            {"kind": "Service", "spec": {"ports": [{"port": {}, "nodePort": 0}]}},
            {"spec": {"ports": [{"port": 80, "nodePort": 30001}]}},
            {"ports": [{"port": {}, "nodePort": 0}]},
            id="an-odd-port",
        ),
        pytest.param(
            {"kind": "Service", "spec": {"type": "", "sessionAffinity": ""}},
            {"spec": {"type": "ClusterIP", "sessionAffinity": "None"}},
            {"type": "ClusterIP", "sessionAffinity": "None"},
            id="defaults",
        ),
        pytest.param(
            {"kind": "PersistentVolumeClaim", "spec": {"volumeName": "mine"}},
            {"spec": {"volumeName": "pvc-1"}},
            {"volumeName": "mine"},
            id="what-is-stated-stays",
        ),
        pytest.param(
            {"kind": "APIService", "spec": {"caBundle": ""}},
            {"spec": {"caBundle": "Y2E="}},
            {"caBundle": "Y2E="},
            id="an-api",
        ),
        pytest.param(
            {"kind": "APIService", "spec": {"caBundle": "eA=="}},
            {"spec": {"caBundle": "Y2E="}},
            {"caBundle": "eA=="},
            id="a-bundle-of-the-chart",
        ),
        pytest.param(
            {"kind": "APIService", "spec": {"caBundle": "eA=="}, **INJECTED},
            {"spec": {"caBundle": "Y2E="}},
            {"caBundle": "Y2E="},
            id="a-bundle-that-is-injected",
        ),
        pytest.param(
            {"kind": "APIService", "spec": {}, **INJECTED},
            {"spec": {"caBundle": "Y2E="}},
            {},
            id="what-is-not-stated-is-not-taken",
        ),
    ],
)
def test_fields_of_a_spec(wanted: Any, live: Any, expected: Any) -> None:
    assert with_filled_in(wanted, live) == {**wanted, "spec": expected}


@pytest.mark.parametrize("kind", [MUTATING, VALIDATING])
def test_the_bundle_of_a_webhook(kind: str) -> None:
    live = webhooks(kind, caBundle="Y2E=")
    assert with_filled_in(webhooks(kind, caBundle=""), live) == live
    stated = webhooks(kind, caBundle="eA==")
    assert with_filled_in(stated, live) == stated
    assert with_filled_in({**stated, **INJECTED}, live) == {**live, **INJECTED}
    other = {"kind": kind, "webhooks": [{"name": "b", "clientConfig": {"caBundle": ""}}]}
    assert with_filled_in(other, live) == other
    for odd in ({"kind": kind}, {"kind": kind, "webhooks": [1]}, {"kind": kind, "webhooks": None}):
        assert with_filled_in(odd, live) == odd


def test_the_bundle_of_a_conversion() -> None:
    live = conversion(caBundle="Y2E=")
    assert with_filled_in(conversion(caBundle=""), live) == live
    assert with_filled_in(conversion(caBundle="eA==") | INJECTED, live) == live | INJECTED
    without = {"kind": "CustomResourceDefinition", "spec": {"scope": "Namespaced"}}
    assert with_filled_in(without, live) == without


def test_the_rules_of_an_aggregated_role_are_the_controllers() -> None:
    chart = {"kind": "ClusterRole", "aggregationRule": SELECTORS, "rules": []}
    assert with_filled_in(chart, {**chart, "rules": RULES})["rules"] == RULES
    assert with_filled_in({**chart, "rules": [{}]}, {**chart, "rules": RULES})["rules"] == RULES
    assert with_filled_in(chart, {"rules": RULES}) == chart
    plain = {"kind": "ClusterRole", "rules": []}
    assert with_filled_in(plain, {**chart, "rules": RULES}) == plain


@pytest.mark.parametrize(
    ("kind", "path"),
    [("Pod", ""), ("Deployment", "template"), ("CronJob", "jobTemplate.template")],
)
def test_how_images_are_pulled(kind: str, path: str) -> None:
    def made(*policies: str) -> dict[str, Any]:
        pods: dict[str, Any] = {
            "containers": [{"name": f"{n}", "imagePullPolicy": p} for n, p in enumerate(policies)],
            "initContainers": [{"name": "first"}],
        }
        for key in filter(None, reversed(path.split("."))):
            pods = {key: {"spec": pods}}
        return {"kind": kind, "spec": pods}

    live = made("Always", "IfNotPresent")
    assert with_filled_in(made("", "Never"), live) == made("Always", "Never")
    assert with_filled_in(made("", ""), live, made("", "")) == live


def test_what_the_chart_itself_stated_it_may_empty() -> None:
    chart = {"kind": "APIService", "spec": {"caBundle": "", "insecureSkipTLSVerify": True}}
    live = {"spec": {"caBundle": "Y2E="}}
    assert with_filled_in(chart, live, {"spec": {"caBundle": "Y2E="}}) == chart
    assert with_filled_in(chart, live, {"spec": {"caBundle": ""}})["spec"]["caBundle"] == "Y2E="
    pod = {"kind": "Pod", "spec": {"tolerations": []}}
    assert (
        with_filled_in(
            pod, {"spec": {"tolerations": TOLERATED}}, {"spec": {"tolerations": TOLERATED}}
        )
        == pod
    )


def test_a_port_of_nodes_goes_to_whom_the_chart_gives_it() -> None:
    ports = [{"port": 80, "nodePort": 0}, {"port": 81, "nodePort": 30001}]
    chart = {"kind": "Service", "spec": {"ports": ports}}
    assert with_filled_in(chart, {"spec": {"ports": [{"port": 80, "nodePort": 30001}]}}) == chart


def test_what_somebody_changed_is_no_default_where_the_chart_had_another() -> None:
    chart = {"kind": "Service", "spec": {"type": ""}}
    live, known = {"spec": {"type": "LoadBalancer"}}, {"spec": {"type": "NodePort"}}
    assert with_filled_in(chart, live, known) == chart


def test_a_role_that_aggregates_nothing_yet_is_left_alone() -> None:
    chart = {"kind": "ClusterRole", "metadata": {}, "aggregationRule": SELECTORS, "rules": []}
    id = ResourceId(Gvk("rbac.authorization.k8s.io", "v1", "ClusterRole"), "", "a")
    live = {**chart, "rules": None}
    assert update_of(id, chart, live, chart, merger_of(USUAL), UNKNOWN).patch == {}


def test_an_injected_bundle_stays_when_its_placeholder_goes() -> None:
    live, known = webhooks(MUTATING, caBundle="Y2E="), webhooks(MUTATING, caBundle="Cg==")
    chart = webhooks(MUTATING) | INJECTED
    assert with_filled_in(chart, live, known)["webhooks"][0]["clientConfig"] == {"caBundle": "Y2E="}
    stated = webhooks(MUTATING, url="https://a") | INJECTED
    filled = with_filled_in(stated, live, known)["webhooks"][0]["clientConfig"]
    assert filled == {"url": "https://a", "caBundle": "Y2E="}


def test_a_line_that_said_nothing_may_go() -> None:
    chart = {"kind": "PersistentVolumeClaim", "spec": {"accessModes": ["ReadWriteOnce"]}}
    filled = with_filled_in(chart, {"spec": {"volumeName": "pvc-1"}}, {"spec": {"volumeName": ""}})
    assert filled["spec"]["volumeName"] == "pvc-1"
    kept = with_filled_in(
        chart, {"spec": {"volumeName": "pvc-1"}}, {"spec": {"volumeName": "pvc-1"}}
    )
    assert kept == chart
    role = {"kind": "ClusterRole", "aggregationRule": SELECTORS}
    assert with_filled_in(role, {**role, "rules": RULES}, {**role, "rules": []})["rules"] == RULES


def test_an_annotation_that_says_no_injects_nothing() -> None:
    stated = webhooks(MUTATING, caBundle="eA==")
    off = {"metadata": {"annotations": {"service.beta.openshift.io/inject-cabundle": "false"}}}
    assert with_filled_in({**stated, **off}, webhooks(MUTATING, caBundle="Y2E=")) == stated | off


def test_what_is_made_anew_is_as_the_chart_says() -> None:
    """A claim must not be bound to the volume of the one before it."""
    chart = {"kind": "PersistentVolumeClaim", "metadata": {}, "spec": {"volumeName": ""}}
    live = {**chart, "spec": {"volumeName": "pvc-1"}}
    id = ResourceId(Gvk("", "v1", "PersistentVolumeClaim"), "shop", "a")
    change = update_of(id, chart, live, None, merger_of(USUAL), UNKNOWN)
    assert (change.patch, change.wanted) == ({}, chart)


@pytest.mark.parametrize(
    ("recorded", "live", "chart", "size"),
    [
        ("1Gi", "2Gi", "1024Mi", "2Gi"),
        ("1Gi", "2Gi", "1500Mi", "1500Mi"),
        ("2Gi", "1Gi", "2Gi", "2Gi"),
        (None, "2Gi", "1Gi", "1Gi"),
        ("1Gi", None, "1Gi", "1Gi"),
    ],
    ids=["grown", "of-a-new-chart", "smaller", "not-recorded", "odd"],
)
def test_a_claim_that_has_grown_is_left_alone(
    recorded: str | None, live: str | None, chart: str, size: str
) -> None:
    def claim(storage: str | None) -> dict[str, Any]:
        spec = {"resources": {"requests": {"storage": storage}}}
        return {"kind": "PersistentVolumeClaim", "spec": spec}

    known = claim(recorded) if recorded else None
    assert with_filled_in(claim(chart), claim(live), known) == claim(size)
