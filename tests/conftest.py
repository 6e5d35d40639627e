"""Options of the test run."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("werfish", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("werfish")
"""A busy machine is no mistake in what is tested: no example has to be quick."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``: write what was rendered instead of comparing with it."""
    parser.addoption("--update-golden", action="store_true", help="renew the golden files")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be renewed."""
    return bool(request.config.getoption("--update-golden"))
