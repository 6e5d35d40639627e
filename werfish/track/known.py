"""Well-known custom resources: when they are ready, and when they have failed. Data only.

What a controller tries again by itself waits, with what it says; what it has given up on fails.
Kinds whose controllers write no status (by default) are ready when they are there: their test is
that they have a name. The first rule that is for an object counts.
"""

from werfish.kube.status_rule import StatusRule, status_rule
from werfish.track.known_more import KNOWN_MORE

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
    *(
        status_rule("external-secrets.io", "ExternalSecret", ready=_READY, when=once)
        for once in (
            "{.spec.refreshPolicy}=CreatedOnce",
            "{.spec.refreshInterval}=0|0s|0m|0h|0m0s|0h0m0s",
            "{.spec.target.immutable}=true",
        )
    ),
    status_rule(
        "external-secrets.io",
        "ExternalSecret",
        ready=_READY,
        observed="{.status.syncedResourceVersion}",
    ),
    status_rule(
        "external-secrets.io",
        "ClusterExternalSecret",
        ready=("{.status.conditions[-1].type}=Ready", *_READY),
    ),
    status_rule("external-secrets.io", "PushSecret", ready=_READY),
    status_rule("external-secrets.io", "SecretStore", ready=_READY),
    status_rule("external-secrets.io", "ClusterSecretStore", ready=_READY),
    status_rule("generators.external-secrets.io", "*", ready=_PRESENT),
)
SEALED_SECRETS = (status_rule("bitnami.com", "SealedSecret", ready=("Synced",)),)
_WORKLOAD_SEEN = (
    "{.status.workloadObservedGeneration}"
    ">={.metadata.annotations['rollout.argoproj.io/workload-generation']}|0"
)
_GONE = "{.status.replicas}<={.status.updatedReplicas}"
_OLD_ROLLOUTS = (
    (
        ".spec.strategy.blueGreen",
        ("{.status.blueGreen.activeSelector}={.status.currentPodHash}",),
    ),
    (
        ".status.canary.stableRS",
        (_GONE, "{.status.canary.stableRS}={.status.currentPodHash}"),
    ),
    (".metadata.name", (_GONE, "{.status.stableRS}={.status.currentPodHash}")),
)
"""Of controllers before 1.0, which write no phase: for which Rollouts, and what they say."""
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
        when="{.status.phase}",
        ready=("{.status.phase}=Healthy", _WORKLOAD_SEEN),
        failed=("InvalidSpec", f"{{.status.phase}}=Degraded and {_WORKLOAD_SEEN}"),
        message="{.status.message}",
    ),
    *(
        status_rule(
            "argoproj.io",
            "Rollout",
            when=f"{{{when}}}",
            ready=(
                "{.spec.paused}!=true",
                "{.status.updatedReplicas}>={.spec.replicas}|1",
                "{.status.availableReplicas}>={.status.updatedReplicas}|0",
                *tests,
            ),
            failed=("InvalidSpec", "Progressing.reason=RolloutAborted|ProgressDeadlineExceeded"),
        )
        for when, tests in _OLD_ROLLOUTS
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
    status_rule("argoproj.io", "CronWorkflow", ready=_PRESENT, failed=("SpecError",)),
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

KNOWN: tuple[StatusRule, ...] = (
    *CERT_MANAGER, *EXTERNAL_SECRETS, *SEALED_SECRETS, *ARGO, *FLUX, *FLAGGER, *PROMETHEUS,
    *KNATIVE, *CLOUDNATIVE_PG, *STRIMZI, *KNOWN_MORE, *SILENT,
)  # fmt: skip
"""All of them; the first that is for a kind counts."""
