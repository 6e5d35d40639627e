"""How progress looks: plain lines, blocks for CI, a live tree. Pure but for `printer`."""
