"""The chart that is deployed: 400 ConfigMaps, 50 Deployments without pods, 50 Services."""

from collections.abc import Mapping

MAPS, WORKLOADS, STAMPED = 400, 50, 50
OBJECTS = MAPS + 2 * WORKLOADS
CHART = "apiVersion: v2\nname: bench\nversion: 0.1.0\n"
_MAP = """---
apiVersion: v1
kind: ConfigMap
metadata:
  name: map-{number}
data:
  text: |
    setting-one={number}
    setting-two=of no importance
  stamp: {stamp}
"""
_WORKLOAD = """---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{number}
  annotations:
    werf.io/track-termination-mode: NonBlocking
spec:
  replicas: 0
  selector:
    matchLabels: {{app: app-{number}}}
  template:
    metadata:
      labels: {{app: app-{number}}}
    spec:
      containers:
      - name: app
        image: registry.example.com/app:1
        ports:
        - containerPort: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: app-{number}
spec:
  selector: {{app: app-{number}}}
  ports:
  - port: 80
    targetPort: 8080
"""
_STAMP = "{{ .Values.stamp | quote }}"
PATHS = {
    "ConfigMap": "/api/v1/namespaces/{namespace}/configmaps",
    "Secret": "/api/v1/namespaces/{namespace}/secrets",
    "Service": "/api/v1/namespaces/{namespace}/services",
    "Deployment": "/apis/apps/v1/namespaces/{namespace}/deployments",
}
"""Where objects of a kind are posted."""


def chart_files(folder: str, times: int = 1) -> Mapping[str, str]:
    """Return the files of the chart in *folder*, with *times* as many objects.

    The value ``stamp`` is in 50 of the ConfigMaps.
    """
    templates = {
        "maps": "".join(
            _MAP.format(number=one, stamp=_STAMP if one < STAMPED else "none")
            for one in range(MAPS * times)
        ),
        "workloads": "".join(_WORKLOAD.format(number=one) for one in range(WORKLOADS * times)),
    }
    found = {f"{folder}/templates/{name}.yaml": text for name, text in templates.items()}
    return {**found, f"{folder}/Chart.yaml": CHART, f"{folder}/values.yaml": "stamp: '0'\n"}
