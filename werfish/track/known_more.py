"""More custom resources that say in a way of their own when they are ready. Data only.

They are those for which the common habits (`werfish.track.kinds.custom`) would say it wrong.
"""

from werfish.kube.status_rule import ANY, status_rule

_PRESENT = ("{.metadata.name}",)
_LISTENER = "{.status.listeners[*].conditions"

GATEWAY_API = tuple(
    status_rule(
        "gateway.networking.k8s.io",
        kind,
        ready=(
            "Accepted!=False",
            "ResolvedRefs!=False",
            _LISTENER + '[?(@.type=="Accepted")].status}!=False',
            _LISTENER + '[?(@.type=="ResolvedRefs")].status}!=False',
            _LISTENER + '[?(@.type=="Programmed")].status}!=False|Unknown',
            "Programmed",
        ),
        message=_LISTENER + '[?(@.status=="False")].message}',
    )
    for kind in ("Gateway", "ListenerSet")
)
"""What the listeners say stands in a list of their own."""

OPENSHIFT = (
    status_rule(
        "route.openshift.io",
        "Route",
        ready=(
            '{.status.ingress[*].conditions[?(@.type=="Admitted")].status}!=False|Unknown',
            '{.status.ingress[*].conditions[?(@.type=="Admitted")].status}=True',
        ),
        message='{.status.ingress[*].conditions[?(@.status!="True")].message}',
    ),
    status_rule(
        "apps.openshift.io",
        "DeploymentConfig",
        ready=(
            "{.status.updatedReplicas}>={.spec.replicas}|1",
            "{.status.availableReplicas}>={.spec.replicas}|1",
            "Available!=False",
            "Progressing!=False|Unknown",
        ),
        failed=("Progressing.reason=ProgressDeadlineExceeded",),
    ),
)
CROSSPLANE = tuple(
    status_rule(ANY, kind, ready=_PRESENT)
    for kind in ("ProviderConfig", "ClusterProviderConfig", "ProviderConfigUsage")
)
"""Kinds whose status is empty until somebody uses them."""

ARGO_EVENTS = tuple(
    status_rule("argoproj.io", kind, ready=tests)
    for kind, tests in (
        ("EventBus", ("Deployed",)),
        ("EventSource", ("SourcesProvided!=False", "Deployed")),
        ("Sensor", ("DependenciesProvided!=False", "TriggersProvided!=False", "Deployed")),
    )
)
TEKTON = tuple(
    status_rule("tekton.dev", kind, ready=("Succeeded",), failed=("Succeeded=False",))
    for kind in ("PipelineRun", "TaskRun", "CustomRun", "Run")
)
"""A run that has not succeeded has ended, where it is not unknown."""

KRUISE = (
    status_rule(
        "apps.kruise.io",
        "CloneSet",
        ready=(
            "{.status.updatedReplicas}>={.status.expectedUpdatedReplicas}|0",
            "{.status.updatedAvailableReplicas}>={.status.expectedUpdatedReplicas}|0",
            "{.status.availableReplicas}>={.spec.replicas}|1",
        ),
    ),
    status_rule("apps.kruise.io", "AdvancedCronJob", ready=_PRESENT),
    status_rule(
        "apps.kruise.io",
        "BroadcastJob",
        ready=("{.status.phase}=completed",),
        failed=("{.status.phase}=failed",),
    ),
)
DATABASES = (
    status_rule(
        "acid.zalan.do",
        "postgresql",
        ready=("{.status.PostgresClusterStatus}=Running",),
        failed=("{.status.PostgresClusterStatus}=CreateFailed|UpdateFailed|DeleteFailed|Invalid",),
    ),
    *(
        status_rule(
            f"{group}.percona.com",
            kind,
            ready=("{.status.state}=ready|paused",),
            failed=("{.status.state}=error",),
            message="{.status.message}",
        )
        for group, kind in (
            ("pxc", "PerconaXtraDBCluster"),
            ("psmdb", "PerconaServerMongoDB"),
            ("ps", "PerconaServerMySQL"),
        )
    ),
    status_rule("minio.min.io", "Tenant", ready=("{.status.currentState}=Initialized",)),
    status_rule(
        "elasticsearch.k8s.elastic.co",
        "Elasticsearch",
        ready=("{.status.phase}=Ready", "{.status.health}=green"),
        failed=("{.status.phase}=Invalid",),
    ),
    *(
        status_rule(f"{group}.k8s.elastic.co", ANY, ready=("{.status.health}=green",))
        for group in ("agent", "apm", "beat", "enterprisesearch", "kibana", "logstash", "maps")
    ),
    status_rule(
        "managed-services.deckhouse.io",
        ANY,
        ready=("LastValidConfigurationApplied", "Available"),
    ),
)
"""Elastic's health is red and yellow between two pods: neither is final. Percona's conditions are a
history, in which a ``ready`` of before stays true."""

POLICIES = (
    status_rule(
        "policies.kyverno.io",
        ANY,
        when="{.status.conditionStatus}",
        ready=("{.status.conditionStatus.ready}=true",),
        message='{.status.conditionStatus.conditions[?(@.status=="False")].message}',
        observed="{.status.conditionStatus.conditions[*].observedGeneration}",
    ),
)
"""Kyverno's conditions stand one level deeper than others'."""

JOBS = (
    status_rule(
        "sparkoperator.k8s.io",
        "SparkApplication",
        ready=("{.status.applicationState.state}=RUNNING|COMPLETED",),
        failed=("{.status.applicationState.state}=FAILED",),
        message="{.status.applicationState.errorMessage}",
    ),
    status_rule(
        "flink.apache.org",
        "FlinkDeployment",
        ready=(
            "{.status.reconciliationStatus.state}!=UPGRADING|ROLLING_BACK|ROLLED_BACK",
            "{.status.jobStatus.state}!=CREATED|INITIALIZING|RECONCILING|RESTARTING|FAILING|FAILED",
            "{.status.jobManagerDeploymentStatus}=READY",
        ),
        failed=("{.status.lifecycleState}=FAILED", "{.status.jobManagerDeploymentStatus}=ERROR"),
        message="{.status.error}",
    ),
    status_rule(
        "flink.apache.org",
        "FlinkSessionJob",
        ready=("{.status.jobStatus.state}=RUNNING|FINISHED",),
        failed=("{.status.lifecycleState}=FAILED",),
        message="{.status.error}",
    ),
)
CLUSTER_API = (
    status_rule(
        "cluster.x-k8s.io",
        "Cluster",
        ready=(
            "TopologyReconciled!=False",
            "RollingOut!=True",
            "Ready!=False|Unknown",
            "Available!=False|Unknown",
            "{.status.phase}=Provisioned",
        ),
        failed=("{.status.phase}=Failed",),
    ),
    *(
        status_rule(
            "cluster.x-k8s.io",
            kind,
            ready=("RollingOut!=True", "{.status.phase}=Running"),
            failed=("{.status.phase}=Failed",),
        )
        for kind in ("Machine", "MachineDeployment", "MachinePool")
    ),
)
"""A failed phase is one that a person must see to."""

OTHERS = (
    status_rule(
        "networking.gke.io",
        "ManagedCertificate",
        ready=("{.status.certificateStatus}=Active",),
        message="{.status.domainStatus[*].status}",
    ),
    status_rule(
        "operator.openshift.io",
        "IngressController",
        ready=(
            "Degraded!=True",
            "DeploymentReplicasAllAvailable!=False",
            "Progressing!=True",
            "Available",
        ),
    ),
    status_rule(
        "promoter.argoproj.io",
        "ChangeTransferPolicy",
        ready=("Ready", "{.status.active.dry.sha}={.status.proposed.dry.sha}"),
    ),
    status_rule("datadoghq.com", "DatadogMetric", ready=("Error!=True", "Valid!=False")),
    status_rule("install.istio.io", "IstioOperator", ready=("{.status.status}=HEALTHY|3",)),
    status_rule(
        "operator.victoriametrics.com",
        ANY,
        when="{.status.updateStatus}",
        ready=("{.status.updateStatus}=operational",),
        message="{.status.reason}",
    ),
    status_rule(
        "grafana.integreatly.org",
        "Grafana",
        when="{.status.stageStatus}",
        ready=("{.status.stage}=complete", "{.status.stageStatus}=success"),
        message="{.status.lastMessage}",
    ),
    status_rule(
        "longhorn.io",
        "Volume",
        ready=("{.status.robustness}!=faulted|degraded", "{.status.state}=attached|detached"),
    ),
)

HELD: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("postgresql.cnpg.io", ("metadata", "annotations", "cnpg.io/hibernation"), "on"),
    ("postgresql.cnpg.io", ("metadata", "annotations", "cnpg.io/reconciliationLoop"), "disabled"),
    ("kafka.strimzi.io", ("metadata", "annotations", "strimzi.io/pause-reconciliation"), "true"),
    ("apps.kruise.io", ("spec", "updateStrategy", "paused"), "true"),
    ("apps.kruise.io", ("spec", "updateStrategy", "rollingUpdate", "paused"), "true"),
    ("flink.apache.org", ("spec", "job", "state"), "suspended"),
    ("serving.kserve.io", ("metadata", "annotations", "serving.kserve.io/stop"), "true"),
    ("kubevirt.io", ("spec", "running"), "false"),
    ("kubevirt.io", ("spec", "runStrategy"), "Halted"),
    ("kubevirt.io", ("spec", "runStrategy"), "Manual"),
)
"""Fields by which a manifest holds its object back: group, where, and the value."""

KNOWN_MORE = (
    *GATEWAY_API, *OPENSHIFT, *CROSSPLANE, *ARGO_EVENTS, *TEKTON, *KRUISE, *DATABASES, *JOBS,
    *CLUSTER_API, *POLICIES,
    *OTHERS,
)  # fmt: skip
