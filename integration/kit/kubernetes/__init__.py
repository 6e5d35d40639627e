"""Kubernetes: the cluster that KUBECONFIG names, else a real one of a single node.

Two levels: *control-plane* is etcd, the API server, the controllers and the
scheduler, where pods stay pending; *node* adds what runs pods. A cluster which
the kit did not start is used as it is and never changed.
"""
