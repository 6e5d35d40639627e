"""The Kubernetes API: resources, discovery, one thin client."""
