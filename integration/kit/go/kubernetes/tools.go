//go:build tools

// Package tools names the Kubernetes programs that the kit builds.
//
// `go install k8s.io/kubernetes/cmd/kubelet@v1.34.2` is refused, because the
// go.mod of Kubernetes replaces its staging modules; this module repeats those
// replacements, and its go.sum is what every build is verified against.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
	_ "k8s.io/kubernetes/cmd/kube-proxy"
	_ "k8s.io/kubernetes/cmd/kube-scheduler"
	_ "k8s.io/kubernetes/cmd/kubectl"
	_ "k8s.io/kubernetes/cmd/kubelet"
)
