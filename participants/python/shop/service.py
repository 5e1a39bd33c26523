"""The main program of a service."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from backstitch import Action, Participant, Server

from shop.database import Database, Do, Undo, open_database
from shop.faults import Faults, parse_faults, with_faults
from shop.ledger import LEDGER_SCHEMA, with_ledger
from shop.log import log_to_stderr
from shop.tokens import TOKENS_SCHEMA


def _none(_database: Database) -> Mapping[str, Action]:
    return {}


@dataclass(frozen=True)
class ShopService:
    """A participant of the shop: what it keeps and what it does."""

    name: str
    """The participant's name in the orchestrator's configuration."""
    schema: str
    """Creates the tables, in SQL for both databases; statements are separated by semicolons."""
    actions: Mapping[str, tuple[Do, Undo]]
    """Handlers that work in the barrier's transaction, each with a line in the ledger."""
    own_actions: Callable[[Database], Mapping[str, Action]] = field(default=_none)
    """Actions that see to barrier and ledger themselves."""


def run_service(service: ShopService) -> None:
    """Serves until SIGTERM or SIGINT: ``python -m shop.inventory --db sqlite:inventory.db --port 7003``.

    When it listens it writes ``{"ready":true,"port":7003}`` to standard output, and nothing else ever.
    """
    options = _read_arguments(service)
    log_to_stderr(service.name)
    database = open_database(options.database)
    try:
        database.migrate(f"{LEDGER_SCHEMA}{TOKENS_SCHEMA}{service.schema}")
        guarded = {name: database.action(*with_ledger(do, undo)) for name, (do, undo) in service.actions.items()}
        actions = with_faults({**guarded, **service.own_actions(database)}, options.faults)
        server = Server(Participant(service.name, actions), serve=options.serve)
        address = server.listen(options.port)
        logging.getLogger("shop").info("listening", extra={"port": address.port})
        print(json.dumps({"ready": True, "port": address.port}, separators=(",", ":")), flush=True)
        server.wait()
    finally:
        database.close()


@dataclass(frozen=True)
class _Options:
    database: str
    port: int
    faults: Faults
    serve: bool


def _read_arguments(service: ShopService) -> _Options:
    parser = argparse.ArgumentParser(
        prog=f"python -m shop.{service.name}",
        description=f"The {service.name} service of the sample shop, on the loopback interface.",
        allow_abbrev=False,
    )
    parser.add_argument("--db", required=True, metavar="sqlite:FILE|postgres://DSN", help="its own database")
    parser.add_argument("--port", type=int, default=0, help="default: a free one, which the line on stdout names")
    parser.add_argument("--faults", default="", metavar="JSON", help="see faults.py")
    parser.add_argument("--serve", choices=("on", "off"), default="on", help="the Serve stream, beside unary calls")
    options = parser.parse_args()
    if not 0 <= options.port < 65_536:
        parser.error("--port is 0 to 65535")
    if not options.db.startswith(("sqlite:", "postgres://", "postgresql://")):
        parser.error("--db is sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME")
    try:
        faults = parse_faults(options.faults)
    except ValueError:
        parser.error("--faults is a JSON object")
    return _Options(options.db, options.port, faults, options.serve == "on")
