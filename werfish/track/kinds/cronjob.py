"""A CronJob is ready when it is there: what it will start has its own time.

A run that goes on or has failed is of a schedule, not of the change.
"""

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import Readiness, ready


def cronjob(live: Manifest) -> Readiness:
    """Judge a CronJob."""
    if fields.is_true(live, "spec", "suspend"):
        return ready("suspended")
    schedule = fields.text(live, "spec", "schedule")
    return ready(f"scheduled at {schedule}" if schedule else "present")
