package io.backstitch.participant;

import io.backstitch.internal.Direction;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** A named pair of Do and Undo. An action without Undo only reads ({@code undo: none} in the definition). */
public final class Action {
  private final Handler<DoContext> doHandler;

  /** Null: none. */
  private final Handler<UndoContext> undoHandler;

  /** A handler with the type of its input erased. */
  interface Handler<C> {
    Object handle(Payload input, C context) throws Exception;
  }

  /** What is done around each call of an action. */
  @FunctionalInterface
  public interface Around {
    /** Does the work, whose result it returns, or not. The context is an {@link UndoContext} where it is an Undo. */
    Object call(DoContext context, Callable<Object> work) throws Exception;
  }

  private Action(Handler<DoContext> doHandler, Handler<UndoContext> undoHandler) {
    this.doHandler = doHandler;
    this.undoHandler = undoHandler;
  }

  /** An action that only reads; its input is read as a record of this type, or a {@code Map}. */
  public static <I> Action of(Class<I> inputType, DoHandler<? super I> doHandler) {
    return new Action(erase(inputType, doHandler), null);
  }

  /** An action; the Do's input is read as a record of this type, or a {@code Map}. */
  public static <I> Action of(Class<I> inputType, DoHandler<? super I> doHandler, UndoHandler undoHandler) {
    Objects.requireNonNull(undoHandler, "undoHandler");
    return new Action(
        erase(inputType, doHandler),
        (input, context) -> {
          undoHandler.undo(input.toMap(), context);
          return null;
        });
  }

  /** An action that only reads. */
  public static Action of(DoHandler<Map<String, Object>> doHandler) {
    return of(mapType(), doHandler);
  }

  /** An action. */
  public static Action of(DoHandler<Map<String, Object>> doHandler, UndoHandler undoHandler) {
    return of(mapType(), doHandler, undoHandler);
  }

  /** The same action with something done around its calls, as for measuring or logging. */
  public Action around(Around around) {
    return new Action(wrap(around, doHandler), undoHandler == null ? null : wrap(around, undoHandler));
  }

  /** Whether it has a handler for this direction. */
  boolean has(Direction direction) {
    return direction == Direction.DO || undoHandler != null;
  }

  /** Calls the command's handler, which is there. */
  Object call(Command command, CallContext.Cancellation cancellation) throws Exception {
    return command.direction() == Direction.DO
        ? doHandler.handle(command.input(), new CallContext(command, cancellation))
        : undoHandler.handle(command.input(), new UndoCallContext(command, cancellation));
  }

  private static <I> Handler<DoContext> erase(Class<I> inputType, DoHandler<? super I> handler) {
    Objects.requireNonNull(inputType, "inputType");
    Objects.requireNonNull(handler, "doHandler");
    return (input, context) -> handler.apply(input.read(inputType), context);
  }

  private static <C extends DoContext> Handler<C> wrap(Around around, Handler<C> handler) {
    return (input, context) -> around.call(context, () -> handler.handle(input, context));
  }

  @SuppressWarnings("unchecked")
  private static Class<Map<String, Object>> mapType() {
    return (Class<Map<String, Object>>) (Class<?>) Map.class;
  }
}
