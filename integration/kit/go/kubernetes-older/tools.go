//go:build tools

// Package tools names what the kit builds of Kubernetes of an older minor.
//
// Its go.mod repeats the replacements of Kubernetes' own, like that in ../kubernetes.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
)
