"""A participant: actions by name, each a pair of Do and Undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar, overload

from backstitch.context import DoContext, UndoContext
from backstitch.inputs import AnyHandler, adapt
from backstitch.payload import JsonObject

DoHandler = Callable[[Any], object] | Callable[[Any, DoContext], object]
"""Applies an effect. Plain or ``async``; takes the input and, if it likes, the context; returns the output or None."""
UndoHandler = Callable[[Any], object] | Callable[[Any, UndoContext], object]
"""Removes an effect. As ``DoHandler``; what it returns is left out."""

Tx = TypeVar("Tx")
Tx_co = TypeVar("Tx_co", covariant=True)

GuardedDo = Callable[[Tx, Any], object] | Callable[[Tx, Any, DoContext], object]
"""A Do that works in a barrier's transaction."""
GuardedUndo = Callable[[Tx, Any], object] | Callable[[Tx, Any, UndoContext], object]
"""An Undo that works in a barrier's transaction."""


class Action:
    """A named pair of Do and Undo. Input and output are JSON objects."""

    do: Callable[[JsonObject, DoContext], object]
    undo: Callable[[JsonObject, UndoContext], object] | None

    def __init__(self, do: DoHandler, undo: UndoHandler | None = None) -> None:
        """
        :param do: applies the effect. Raises Rejected to refuse; whatever else it raises is a technical failure, which
            is tried again
        :param undo: removes the effect. None: the action only reads (``undo: none`` in the definition), and an Undo of
            it is UNIMPLEMENTED
        """
        self.do = adapt(do, input_at=0)
        self.undo = None if undo is None else adapt(undo, input_at=0)


class Guard(Protocol[Tx_co]):
    """What makes actions of handlers that work in a transaction: a barrier."""

    def action(self, do: GuardedDo[Tx_co], undo: GuardedUndo[Tx_co] | None = None) -> Action: ...


Undo = TypeVar("Undo", bound=AnyHandler)


class Registration(Generic[Undo]):
    """What ``@participant.action`` makes of a function: its Do, to which ``@<name>.undo`` adds the Undo."""

    do: AnyHandler
    """The function itself."""

    def __init__(self, do: AnyHandler, register: Callable[[Undo | None], None]) -> None:
        self.do = do
        self._register = register
        register(None)

    def undo(self, handler: Undo) -> Undo:
        """Makes the function the action's Undo."""
        self._register(handler)
        return handler


class Participant:
    """A participant, to be served by a ``Server`` or an ``AsyncServer``."""

    def __init__(self, name: str, actions: Mapping[str, Action] | None = None) -> None:
        """
        :param name: as in the definitions' ``participant.action``
        """
        self.name = name
        self._actions = dict(actions or {})

    @property
    def actions(self) -> Mapping[str, Action]:
        """The actions, by name."""
        return MappingProxyType(self._actions)

    @overload
    def action(self, name: str) -> Callable[[DoHandler], Registration[UndoHandler]]: ...
    @overload
    def action(self, name: str, *, barrier: Guard[Tx]) -> Callable[[GuardedDo[Tx]], Registration[GuardedUndo[Tx]]]: ...
    def action(self, name: str, *, barrier: Guard[Any] | None = None) -> Callable[[Any], Registration[Any]]:
        """Makes the decorated function the Do of an action; its own ``undo`` decorates the Undo.

        :param barrier: the handlers run once for an effect, and get the barrier's transaction as their first argument

        Raises a ValueError if there is an action of that name.
        """
        if name in self._actions:
            raise ValueError(f'"{self.name}" has an action "{name}" already')
        make = Action if barrier is None else barrier.action

        def decorate(do: Any) -> Registration[Any]:
            def register(undo: Any) -> None:
                self._actions[name] = make(do, undo)

            return Registration(do, register)

        return decorate
