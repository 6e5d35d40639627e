"""The locks in the cluster on further minors."""

import pytest

from integration.test_locks import *

pytestmark = pytest.mark.soak
