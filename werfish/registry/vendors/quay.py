"""Quay: repositories have two names, and are made at a push, private, if the account may.

See https://docs.quay.io/.
"""

from werfish.registry.vendors.vendor import Advice, Vendor

QUAY = Vendor(
    "Quay",
    login='log in with "docker login {host}" and a robot account that may write to "{first}"',
    advice=(
        Advice("nested repositories", "a repository of Quay is named HOST/ACCOUNT/NAME"),
        Advice("expired", "make a new token or password for the robot account"),
    ),
)
