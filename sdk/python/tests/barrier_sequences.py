"""What every barrier must do with each sequence of commands, whatever its database and language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Behaviour = Literal["done", "rejected", "pending", "fails", "unencodable"]


@dataclass(frozen=True)
class Sent:
    """A command: its direction, how its handler would behave, the answer expected, and whether the handler runs."""

    direction: Literal["do", "undo"]
    behaviour: Behaviour
    expected: str
    ran: bool


def do(behaviour: Behaviour, expected: str, *, ran: bool) -> Sent:
    return Sent("do", behaviour, expected, ran)


def undo(behaviour: Behaviour, expected: str, *, ran: bool) -> Sent:
    return Sent("undo", behaviour, expected, ran)


REFUSED, UNDONE = "rejected NO", "rejected UNDONE"
APPLIED = do("done", "done", ran=True)
UNDOING = undo("done", "done", ran=True)

SEQUENCES: dict[str, tuple[list[Sent], int]] = {
    "a Do applies its effect": ([APPLIED], 1),
    "a repeated Do applies nothing and is answered as the first time": (
        [APPLIED, do("rejected", "done", ran=False), do("fails", "done", ran=False)],
        1,
    ),
    "a refusal takes back what its handler did, and stands": (
        [do("rejected", REFUSED, ran=True), do("done", REFUSED, ran=False)],
        0,
    ),
    "an accepted Do keeps what its handler did, and stands": (
        [do("pending", "pending", ran=True), do("done", "pending", ran=False)],
        1,
    ),
    "a technical failure leaves nothing, so the next attempt runs": (
        [do("fails", "fails", ran=True), do("unencodable", "fails", ran=True), APPLIED],
        1,
    ),
    "an Undo removes the effect, once": ([APPLIED, UNDOING, undo("fails", "done", ran=False)], 0),
    "an Undo whose Do never came succeeds without its handler, and the late Do applies nothing": (
        [
            undo("fails", "done", ran=False),
            do("done", UNDONE, ran=False),
            do("done", UNDONE, ran=False),
            undo("fails", "done", ran=False),
        ],
        0,
    ),
    "a Do repeated after its Undo applies nothing": ([APPLIED, UNDOING, do("done", UNDONE, ran=False)], 0),
    "an Undo of a refused Do succeeds without its handler": (
        [do("rejected", REFUSED, ran=True), undo("fails", "done", ran=False)],
        0,
    ),
    "an Undo of an accepted Do runs": ([do("pending", "pending", ran=True), UNDOING], 0),
    "an Undo that fails can be tried again": ([APPLIED, undo("fails", "fails", ran=True), UNDOING], 0),
    "an Undo that is refused leaves the effect, and its Do stands": (
        [APPLIED, undo("rejected", REFUSED, ran=True), do("fails", "done", ran=False)],
        1,
    ),
    "an Undo that was refused reaches its handler again, until it is done": (
        [
            APPLIED,
            undo("rejected", REFUSED, ran=True),
            undo("rejected", REFUSED, ran=True),
            UNDOING,
            undo("fails", "done", ran=False),
            do("done", UNDONE, ran=False),
        ],
        0,
    ),
    "an accepted Undo stands": (
        [
            APPLIED,
            undo("pending", "pending", ran=True),
            undo("fails", "pending", ran=False),
            do("fails", UNDONE, ran=False),
        ],
        0,
    ),
    "a Do that was refused is refused with UNDONE once it is undone": (
        [do("rejected", REFUSED, ran=True), undo("fails", "done", ran=False), do("done", UNDONE, ran=False)],
        0,
    ),
    "after a Do that failed, its Undo has nothing to do": (
        [do("fails", "fails", ran=True), undo("fails", "done", ran=False), do("done", UNDONE, ran=False)],
        0,
    ),
}
