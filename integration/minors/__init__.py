"""The contract of deploying, on further minors of Kubernetes."""
