"""What further minors fill in."""

import pytest

from integration.test_filled_in import *

pytestmark = pytest.mark.soak
