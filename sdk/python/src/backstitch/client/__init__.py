"""The client of an orchestrator, blocking and asynchronous."""

from backstitch.client.asynchronous import AsyncClient
from backstitch.client.blocking import Client

__all__ = ["AsyncClient", "Client"]
