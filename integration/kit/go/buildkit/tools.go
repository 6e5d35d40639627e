//go:build tools

// Package tools names the programs that the kit builds from this module; its
// go.sum is what the build is verified against.
package tools

import (
	_ "github.com/moby/buildkit/cmd/buildctl"
	_ "github.com/moby/buildkit/cmd/buildkitd"
)
