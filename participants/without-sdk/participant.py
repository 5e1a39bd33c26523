"""A participant without an SDK: gRPC's own library, the stubs generated from proto/, and SQLite.

It sells seats of shows. docs/without-an-sdk.md goes through it part by part.
"""

import argparse
import json
import logging
import math
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import grpc
from backstitch.v1 import participant_service_pb2 as wire
from backstitch.v1 import participant_service_pb2_grpc as stubs
from google.protobuf.json_format import MessageToDict, ParseDict

SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS shows (show TEXT PRIMARY KEY, seats INTEGER NOT NULL, on_request INTEGER NOT NULL);
INSERT INTO shows VALUES ('stadium', 80000, 0), ('cellar', 0, 0), ('opera', 400, 1) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS journal (effect_id TEXT NOT NULL, show TEXT NOT NULL, seats INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS requests (effect_id TEXT PRIMARY KEY, completion_token TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS backstitch_barrier (
  effect_id   TEXT PRIMARY KEY,
  saga_id     TEXT NOT NULL,
  do_answer   TEXT,             -- JSON; null: the Do never came
  undo_answer TEXT,             -- JSON; null: the Undo never came
  written_at  INTEGER NOT NULL  -- milliseconds since the epoch
);
CREATE INDEX IF NOT EXISTS backstitch_barrier_written_at ON backstitch_barrier (written_at);
"""
PENDING = object()


class Refused(Exception):
    """A business refusal: its code, and a message for people."""


def book(db, context, order):
    show, seats = order["show"], order["seats"]
    if seats < 1:
        raise Refused("NO_SEATS", "at least one seat is booked")
    db.execute("INSERT INTO journal VALUES (?, ?, ?)", (context.effect_id, show, seats))
    rest = "seats - (SELECT sum(seats) FROM journal WHERE show = ?1)"
    row = db.execute(f"SELECT {rest}, on_request FROM shows WHERE show = ?1", (show,)).fetchone()
    left, on_request = row or (-1, False)
    if left < 0:
        raise Refused("SOLD_OUT", "so many seats are not left")
    if on_request:
        db.execute("INSERT INTO requests VALUES (?, ?)", (context.effect_id, context.completion_token))
        return PENDING
    return {"seats": seats}


def release(db, context, order):
    if order["seats"] >= 100:
        raise Refused("GROUP_BOOKING", "groups are released by agreement only")
    db.execute("INSERT INTO journal VALUES (?, ?, ?)", (context.effect_id, order["show"], -order["seats"]))
    db.execute("DELETE FROM requests WHERE effect_id = ?", (context.effect_id,))


def audit(db, context, query):
    counts = "count(*) FILTER (WHERE seats > 0), count(*) FILTER (WHERE seats < 0)"
    row = db.execute(f"SELECT {counts} FROM journal WHERE effect_id = ?", (query["effect_id"],)).fetchone()
    return {"applied": row[0], "undone": row[1]}


ACTIONS = {"book": {"do": book, "undo": release}, "audit": {"do": audit}}


class Participant(stubs.ParticipantServiceServicer):
    def __init__(self, file):
        self.file = file

    def Do(self, request, call):
        return self.answer("do", request.context, request.input, wire.DoResponse(), call)

    def Undo(self, request, call):
        return self.answer("undo", request.context, request.do_input, wire.UndoResponse(), call)

    def answer(self, direction, context, payload, response, call):
        deadline = deadline_of(context, call)
        action = ACTIONS.get(context.action, {})
        if direction not in action:
            known = ", ".join(sorted(ACTIONS))
            call.abort(grpc.StatusCode.UNIMPLEMENTED, f'no {direction} of "{context.action}"; served here: {known}')
        if not (context.effect_id and context.idempotency_key):
            call.abort(grpc.StatusCode.INVALID_ARGUMENT, "the command does not say which effect it is about")

        def work():
            check_time(deadline, call)
            try:
                return action[direction](db, context, MessageToDict(payload))
            except Exception as problem:
                problem.add_note(f"in the {direction} of {context.effect_id}, attempt {context.attempt}")
                raise

        check_time(deadline, call)
        wait = min(deadline - time.monotonic(), 10)
        with closing(sqlite3.connect(self.file, timeout=wait, isolation_level=None)) as db, db:
            if "undo" in action:
                db.execute("BEGIN IMMEDIATE")
                outcome = once(db, direction, context, work)
            else:
                outcome = attempt(db, work)
        return to_response(outcome, response)


def deadline_of(context, call):
    left = [math.inf if call.time_remaining() is None else call.time_remaining()]
    if context.HasField("timeout"):
        left.append(context.timeout.ToNanoseconds() / 1e9)
    elif context.HasField("deadline"):
        left.append(context.deadline.ToNanoseconds() / 1e9 - time.time())
    return time.monotonic() + min(left)


def check_time(deadline, call):
    if time.monotonic() >= deadline:
        call.abort(grpc.StatusCode.DEADLINE_EXCEEDED, "the deadline has passed")


def once(db, direction, context, work):
    now = int(time.time() * 1000)
    insert = "INSERT INTO backstitch_barrier VALUES (?, ?, NULL, NULL, ?) ON CONFLICT DO NOTHING"
    db.execute(insert, (context.effect_id, context.saga_id, now))
    select = "SELECT do_answer, undo_answer FROM backstitch_barrier WHERE effect_id = ?"
    done, undone = (text and json.loads(text) for text in db.execute(select, (context.effect_id,)).fetchone())
    if direction == "do" and undone:
        return {"kind": "rejected", "code": "UNDONE", "message": "the effect was undone before"}
    if before := done if direction == "do" else undone:
        return before
    if direction == "undo" and (not done or done["kind"] == "rejected"):
        outcome = {"kind": "done", "output": ""}
    else:
        outcome = attempt(db, work)
    if direction == "do" or outcome["kind"] != "rejected":
        update = f"UPDATE backstitch_barrier SET {direction}_answer = ?, written_at = ? WHERE effect_id = ?"
        db.execute(update, (json.dumps(outcome), now, context.effect_id))
    return outcome


def attempt(db, work):
    db.execute("SAVEPOINT work")
    try:
        output = work()
    except Refused as refusal:
        db.execute("ROLLBACK TO work")
        code, message = refusal.args
        return {"kind": "rejected", "code": code, "message": message}
    if output is PENDING:
        return {"kind": "pending"}
    return {"kind": "done", "output": "" if output is None else json.dumps(output)}


def to_response(outcome, response):
    fields = {name: text for name, text in outcome.items() if name != "kind" and text}
    for name in fields.keys() & {"output", "details"}:
        fields[name] = json.loads(fields[name])
    return ParseDict({outcome["kind"]: fields}, response)


def health(request, call):
    return b"\x08\x01"  # HealthCheckResponse { status: SERVING }


def serve(file, port):
    options = [("grpc.max_receive_message_length", 5 * 1024 * 1024), ("grpc.so_reuseport", 0)]
    server = grpc.server(ThreadPoolExecutor(16), options=options)
    stubs.add_ParticipantServiceServicer_to_server(Participant(file), server)
    check = {"Check": grpc.unary_unary_rpc_method_handler(health)}
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("grpc.health.v1.Health", check)])
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: server.stop(grace=10))
    print(json.dumps({"ready": True, "port": bound}), flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Sells seats of shows, on the loopback interface.")
    parser.add_argument("--db", required=True, help="a SQLite file")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    arguments = parser.parse_args()
    logging.basicConfig()
    with closing(sqlite3.connect(arguments.db)) as db:
        db.executescript(SCHEMA)
    serve(arguments.db, arguments.port)
