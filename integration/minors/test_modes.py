"""The other modes of deploying on further minors."""

import pytest

from integration.test_modes import *

pytestmark = pytest.mark.soak
