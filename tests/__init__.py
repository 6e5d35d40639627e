"""Fast tests: seconds, no network, no programs but git; the tree mirrors the code."""
