"""What the cluster and its controllers fill in, and people put into lists, on a real cluster."""

import json
from pathlib import Path

import pytest

from integration.kit.api import Endpoints
from integration.releasing import RealRelease

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  clusterIP: ""
  selector: {app: web}
  ports: [{name: a, port: 80, nodePort: 0}, {name: b, port: 80, protocol: UDP, nodePort: 0}]
"""
VOLUME = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: NAME}
provisioner: kubernetes.io/no-provisioner
allowVolumeExpansion: true
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME}
spec:
  capacity: {storage: 1Mi}
  accessModes: [ReadWriteOnce]
  storageClassName: NAME
  hostPath: {path: /nowhere}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: NAME
  volumeName: ""
  resources: {requests: {storage: 1Mi}}
"""
ROLES = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: NAME-all}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {part: NAME}}]}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: NAME-part, labels: {part: NAME}}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
"""
WEBHOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: NAME}
webhooks:
- name: none.example.com
  clientConfig: {url: "https://127.0.0.1:1/", caBundle: ""}
  rules: [{apiGroups: [NAME.io], apiVersions: [v1], resources: [none], operations: [CREATE]}]
  sideEffects: None
  admissionReviewVersions: [v1]
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: alone, annotations: {werf.io/track-termination-mode: NonBlocking}}
spec:
  terminationGracePeriodSeconds: 0
  tolerations: [{key: mine, operator: Exists}]
  containers: [{name: web, image: IMAGE, imagePullPolicy: "", command: [sleep, "1000"]}]
---
apiVersion: v1
kind: LimitRange
metadata: {name: web}
spec: {limits: [{type: Container, max: {cpu: 50m}}]}
"""
POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}]
"""


@pytest.fixture
def release(kit: Endpoints, namespace: str, tmp_path: Path) -> RealRelease:
    return RealRelease(namespace, tmp_path / ".helm", f"{kit.mirror}/library/busybox:1.35")


def test_what_the_cluster_fills_in_is_left_alone(release: RealRelease) -> None:
    templates = {
        "service": SERVICE,
        "volume": VOLUME,
        "roles": ROLES,
        "webhook": WEBHOOK,
        "pod": POD,
    }
    name = release.namespace
    for key, text in templates.items():
        templates[key] = text.replace("NAME", name).replace("IMAGE", release.image)
    release.write(**templates)
    release.deploy()
    bundle = [{"op": "replace", "path": "/webhooks/0/clientConfig/caBundle", "value": "eA=="}]
    webhook = ("validatingwebhookconfiguration", name)
    release.kubectl("patch", *webhook, "--type", "json", "-p", json.dumps(bundle))
    role = ("clusterrole", f"{name}-all")
    release.kubectl("wait", *role, "--for=jsonpath={.rules}", "--timeout=30s")
    release.kubectl("wait", "pvc", "data", "--for=jsonpath={.spec.volumeName}", "--timeout=30s")

    grown = {"spec": {"resources": {"requests": {"storage": "2Mi"}}}}
    release.kubectl("patch", "pvc", "data", "--type", "merge", "-p", json.dumps(grown))

    again = release.deploy().plan
    assert again.steps() == (), [(step.id, step.fields) for step in again.steps()]
    assert release.json("get", *webhook)["webhooks"][0]["clientConfig"]["caBundle"] == "eA=="
    assert release.json("get", *role)["rules"]
    assert len(release.json("get", "pod", "alone")["spec"]["tolerations"]) == 3
    assert release.json("get", "limitrange", "web")["spec"]["limits"][0]["default"]
    release.dismiss()


def test_what_people_put_into_a_list_of_a_policy_is_repaired(release: RealRelease) -> None:
    release.write(policy=POLICY)
    release.deploy()
    before = release.json("get", "networkpolicy", "web")["spec"]
    assert release.deploy().plan.steps() == (), "the protocol that the server filled in stays"
    ingress = json.loads(json.dumps(before["ingress"]))
    ingress[0]["from"][0]["podSelector"]["matchLabels"]["other"] = "1"
    patch = json.dumps({"spec": {"ingress": ingress}})
    release.kubectl("patch", "networkpolicy", "web", "--type", "merge", "-p", patch)
    assert [step.id.name for step in release.deploy().plan.steps()] == ["web"]
    assert release.json("get", "networkpolicy", "web")["spec"] == before
