"""Suites of laws, run on a fake here and on the real part from integration/."""
