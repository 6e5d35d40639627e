"""Helm's records on further minors."""

import pytest

from integration.test_releases import *

pytestmark = pytest.mark.soak
