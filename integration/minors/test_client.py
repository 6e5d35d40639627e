"""The client's laws on further minors."""

import pytest

from integration.test_kube import *

pytestmark = pytest.mark.soak
