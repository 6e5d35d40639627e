"""Options of the test run.

Examples of the laws are the same in every run, so that a change is judged by itself. To look for
new ones is the work of a campaign: ``WERFISH_EXAMPLES=2000`` tries so many of each, drawn anew.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

for _name in [name for name in os.environ if name.startswith("WERF_")]:
    del os.environ[_name]  # what a user of werfish has set is no part of a test
_EXAMPLES = os.environ.get("WERFISH_EXAMPLES")

settings.register_profile(
    "werfish",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not _EXAMPLES,
    max_examples=int(_EXAMPLES or 100),
    print_blob=True,
)
settings.load_profile("werfish")
"""A busy machine is no mistake in what is tested: no example has to be quick."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``: write what was rendered instead of comparing with it."""
    parser.addoption("--update-golden", action="store_true", help="renew the golden files")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be renewed."""
    return bool(request.config.getoption("--update-golden"))
