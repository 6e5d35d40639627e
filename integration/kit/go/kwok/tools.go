//go:build tools

// Package tools names the program that the kit builds from this module; its
// go.sum is what the build is verified against.
package tools

import _ "sigs.k8s.io/kwok/cmd/kwok"
