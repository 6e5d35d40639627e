"""From what was, is and shall be in the cluster to a plan, and its execution."""
