"""All that a client can do."""

from __future__ import annotations

from backstitch.client.definitions import DefinitionOperations
from backstitch.client.sagas import SagaOperations
from backstitch.client.signals import SignalOperations


class Operations(SagaOperations, SignalOperations, DefinitionOperations):
    """The operations of one client."""
