"""Well-known custom resources: when they are ready, and when they have failed. Data only.

What a controller tries again by itself waits, with what it says; what it has given up on fails.
Kinds whose controllers write no status (by default) are ready when they are there: their test is
that they have a name.
"""

from werfish.kube.status_rule import StatusRule, status_rule

_PRESENT = ("{.metadata.name}",)
_READY = ("Ready",)


def _flux(group: str, kind: str) -> StatusRule:
    return status_rule(f"{group}.toolkit.fluxcd.io", kind, ready=_READY, failed=("Stalled",))


CERT_MANAGER = (
    status_rule(
        "cert-manager.io",
        "Certificate",
        ready=("Issuing!=True", "Ready"),
        failed=("Issuing=False and Issuing.reason=Failed|Denied|InvalidRequest and Ready!=True",),
    ),
    status_rule(
        "cert-manager.io",
        "CertificateRequest",
        ready=_READY,
        failed=("InvalidRequest", "Denied", "Ready=False and Ready.reason=Failed|Denied"),
    ),
    status_rule("cert-manager.io", "Issuer", ready=_READY),
    status_rule("cert-manager.io", "ClusterIssuer", ready=_READY),
    status_rule(
        "acme.cert-manager.io",
        "*",
        ready=("{.status.state}=valid",),
        failed=("{.status.state}=invalid|errored|expired",),
        message="{.status.reason}",
    ),
)
EXTERNAL_SECRETS = (
    status_rule("external-secrets.io", "ExternalSecret", ready=_READY),
    status_rule("external-secrets.io", "ClusterExternalSecret", ready=_READY),
    status_rule("external-secrets.io", "PushSecret", ready=_READY),
    status_rule("external-secrets.io", "SecretStore", ready=_READY),
    status_rule("external-secrets.io", "ClusterSecretStore", ready=_READY),
    status_rule("generators.external-secrets.io", "*", ready=_PRESENT),
)
SEALED_SECRETS = (status_rule("bitnami.com", "SealedSecret", ready=("Synced",)),)
ARGO = (
    status_rule(
        "argoproj.io",
        "Application",
        ready=(
            "{.status.operationState.phase}!=Running|Terminating|Failed|Error",
            "{.status.sync.status}!=OutOfSync|Unknown",
            "{.status.health.status}=Healthy",
        ),
        message="{.status.operationState.message}",
    ),
    status_rule(
        "argoproj.io",
        "ApplicationSet",
        ready=("ErrorOccurred!=True", "RolloutProgressing!=True", "ResourcesUpToDate"),
    ),
    status_rule(
        "argoproj.io",
        "Rollout",
        ready=("{.status.phase}=Healthy",),
        failed=("InvalidSpec", "{.status.phase}=Degraded"),
        message="{.status.message}",
    ),
    *(
        status_rule(
            "argoproj.io",
            kind,
            ready=("{.status.phase}=Successful|Succeeded",),
            failed=("{.status.phase}=Failed|Error|Inconclusive",),
            message="{.status.message}",
        )
        for kind in ("AnalysisRun", "Experiment", "Workflow")
    ),
    *(
        status_rule("argoproj.io", kind, ready=_PRESENT)
        for kind in (
            "AppProject",
            "AnalysisTemplate",
            "ClusterAnalysisTemplate",
            "WorkflowTemplate",
            "ClusterWorkflowTemplate",
        )
    ),
    status_rule("argoproj.io", "CronWorkflow", ready=("SpecError!=True", *_PRESENT)),
)
FLUX = (
    _flux("source", "*"),
    _flux("kustomize", "Kustomization"),
    _flux("helm", "HelmRelease"),
    _flux("image", "*"),
    _flux("notification", "Receiver"),
    status_rule("notification.toolkit.fluxcd.io", "*", ready=_PRESENT),
)
FLAGGER = (
    status_rule(
        "flagger.app",
        "Canary",
        ready=("{.status.phase}=Initialized|Succeeded", "Promoted!=Unknown"),
        failed=("{.status.phase}=Failed",),
        message='{.status.conditions[?(@.type=="Promoted")].message}',
    ),
    status_rule("flagger.app", "*", ready=_PRESENT),
)
PROMETHEUS = (
    *(
        status_rule("monitoring.coreos.com", kind, ready=("Reconciled!=False", "Available"))
        for kind in ("Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler")
    ),
    status_rule("monitoring.coreos.com", "*", ready=_PRESENT),
)
KNATIVE = (
    status_rule("serving.knative.dev", "*", ready=_READY),
    status_rule("eventing.knative.dev", "*", ready=_READY),
    status_rule("messaging.knative.dev", "*", ready=_READY),
    status_rule("sources.knative.dev", "*", ready=_READY),
)
CLOUDNATIVE_PG = (
    status_rule(
        "postgresql.cnpg.io",
        "Cluster",
        ready=(
            "{.status.phase}=Cluster in healthy state",
            "{.status.readyInstances}>={.spec.instances}|1",
        ),
        failed=("{.status.phase}=Cluster is unrecoverable and needs manual intervention",),
        message="{.status.phaseReason}",
    ),
    status_rule(
        "postgresql.cnpg.io",
        "Backup",
        ready=("{.status.phase}=completed",),
        failed=("{.status.phase}=failed",),
        message="{.status.error}",
    ),
    status_rule(
        "postgresql.cnpg.io",
        "Pooler",
        ready=("{.status.instances}>={.spec.instances}|1",),
    ),
    *(
        status_rule("postgresql.cnpg.io", kind, ready=("{.status.applied}=true",),
                    message="{.status.message}")
        for kind in ("Database", "Publication", "Subscription")
    ),
    status_rule("postgresql.cnpg.io", "*", ready=_PRESENT),
)  # fmt: skip
STRIMZI = (
    *(
        status_rule("kafka.strimzi.io", kind, ready=("{.status.observedGeneration}",))
        for kind in ("KafkaNodePool",)
    ),
    status_rule("kafka.strimzi.io", "*", ready=("NotReady!=True", "Ready"),
                failed=("NotReady and NotReady.reason=InvalidResourceException",)),
    status_rule("core.strimzi.io", "StrimziPodSet", ready=("{.status.readyPods}>={.status.pods}",)),
)  # fmt: skip
SILENT = tuple(
    status_rule(group, "*", ready=_PRESENT)
    for group in ("*.istio.io", "traefik.io", "traefik.containo.us", "*.cilium.io", "cilium.io",
                  "crd.projectcalico.org", "projectcalico.org")
)  # fmt: skip
"""Kinds of which many have a status in their schema that nobody fills in."""

HELD: tuple[tuple[str, str, str], ...] = (
    ("postgresql.cnpg.io", "cnpg.io/hibernation", "on"),
    ("postgresql.cnpg.io", "cnpg.io/reconciliationLoop", "disabled"),
    ("kafka.strimzi.io", "strimzi.io/pause-reconciliation", "true"),
)
"""Annotations by which a manifest holds its object back: group, name and value."""

KNOWN: tuple[StatusRule, ...] = (
    *CERT_MANAGER, *EXTERNAL_SECRETS, *SEALED_SECRETS, *ARGO, *FLUX, *FLAGGER, *PROMETHEUS,
    *KNATIVE, *CLOUDNATIVE_PG, *STRIMZI, *SILENT,
)  # fmt: skip
"""All of them; the first that is for a kind counts."""
