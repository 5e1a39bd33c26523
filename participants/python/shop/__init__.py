"""Participants of the sample shop: ``python -m shop.inventory``, ``python -m shop.conformance``."""

import os

# Standard error is for JSON lines; gRPC's own lines are not, and tell only of connections that come and go.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
