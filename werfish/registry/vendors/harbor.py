"""Harbor: repositories are made at a push, the project that they begin with is not.

See https://goharbor.io/docs/latest/working-with-projects/.
"""

from werfish.registry.vendors.vendor import Advice, Vendor

HARBOR = Vendor(
    "Harbor",
    login='log in with "docker login {host}"; a robot account needs push and pull in'
    ' project "{first}"',
    advice=(
        Advice("immutable", "a rule of the project forbids that this tag is overwritten"),
        Advice("quota", 'the quota of project "{first}" is used up'),
        Advice("not found", 'make the project "{first}" in Harbor first'),
    ),
)
