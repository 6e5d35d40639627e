"""Releases of every kind on further minors."""

import pytest

from integration.test_every_kind import *

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]
