"""The rules of the barrier, without a database.

A row stands for one effect and serves as its lock: whoever comes first, Do or Undo, inserts it, and everyone else waits
for that transaction. Rules:

B1 a command that was answered gets the same answer again, and its handler does not run;
B2 an Undo whose Do never came is recorded and succeeds without its handler;
B3 a Do after its Undo (done, or accepted) is refused with UNDONE, whatever it was answered before, a refusal
   included: the saga has turned round, and no other answer would tell it;
B4 an Undo of a Do that was refused succeeds without its handler;
B5 otherwise the handler runs, and its answer is recorded in the same transaction;
B6 but a refusal of an Undo is not recorded: it is for a person to see to, and the Undo that they have tried again
   is to reach the handler.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from backstitch.answers import Direction, DoneOutcome, PendingOutcome, RejectedOutcome

StoredAnswer = DoneOutcome | RejectedOutcome | PendingOutcome
"""An answer as it is kept. A technical failure is never kept: the transaction is rolled back."""


@dataclass(frozen=True, slots=True)
class BarrierRow:
    """What is recorded of an effect; a direction that has not come is None."""

    do: StoredAnswer | None
    undo: StoredAnswer | None

    @staticmethod
    def read(do_answer: str | None, undo_answer: str | None) -> BarrierRow:
        """The row of these columns."""
        return BarrierRow(_from_json(do_answer), _from_json(undo_answer))


@dataclass(frozen=True, slots=True)
class Run:
    """The handler is to run."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The command is answered without its handler."""

    answer: StoredAnswer
    record: bool
    """Whether the answer is recorded first."""


Decision = Run | Answer
"""What to do with a command."""

UNDONE_CODE = "UNDONE"
"""The code of a Do that is refused because its Undo came first."""

_UNDONE = RejectedOutcome(UNDONE_CODE, "the effect was undone before")
_NOTHING_TO_UNDO = DoneOutcome("")


def decide(direction: Direction, row: BarrierRow | None) -> Decision:
    """Decides about a command, given the row as it was before (None: this command inserted it)."""
    return _decide_do(row) if direction == "do" else _decide_undo(row)


def is_recorded(direction: Direction, answer: StoredAnswer) -> bool:
    """Whether an answer that a handler gave is recorded."""
    return direction == "do" or not isinstance(answer, RejectedOutcome)


def to_json(answer: StoredAnswer) -> str:
    """An answer as the table keeps it, the same in all languages."""
    match answer:
        case DoneOutcome(output):
            stored = {"kind": "done", "output": output}
        case PendingOutcome():
            stored = {"kind": "pending"}
        case RejectedOutcome(code, message, details):
            stored = {"kind": "rejected", "code": code, "message": message}
            if details is not None:
                stored["details"] = details
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":"))


def _decide_do(row: BarrierRow | None) -> Decision:
    if row is None:
        return Run()
    if row.undo is not None:
        return Answer(_UNDONE, record=row.do is None)
    return Run() if row.do is None else Answer(row.do, record=False)


def _decide_undo(row: BarrierRow | None) -> Decision:
    if row is not None and row.undo is not None:
        return Answer(row.undo, record=False)
    if row is None or row.do is None or isinstance(row.do, RejectedOutcome):
        return Answer(_NOTHING_TO_UNDO, record=True)
    return Run()


def _from_json(text: str | None) -> StoredAnswer | None:
    if text is None:
        return None
    stored = json.loads(text)
    match stored["kind"]:
        case "done":
            return DoneOutcome(stored["output"])
        case "pending":
            return PendingOutcome()
        case "rejected":
            return RejectedOutcome(stored["code"], stored["message"], stored.get("details"))
        case kind:
            raise ValueError(f'the barrier\'s table has an answer of an unknown kind, "{kind}"')
