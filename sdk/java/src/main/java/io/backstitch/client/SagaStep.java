package io.backstitch.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A step of a saga.
 *
 * @param name unique in its saga
 * @param status where it stands
 * @param waitReason set while the status is WAITING, else null
 * @param attempt attempts made in the present direction
 * @param round counts the times the step began anew after it was undone; 0 for the first
 * @param returns how often the saga went back from here
 * @param reverting it is being undone to be done anew
 * @param armed whether an effect may exist that has not been undone
 * @param input null where there is none yet, and in a BRIEF view
 * @param output null where there is none yet, and in a BRIEF view
 * @param failure the last failure, or the refusal, or null
 * @param startedAt null where it has not begun
 * @param finishedAt null where it is not over
 * @param nextAttemptAt when it goes on by itself: the next attempt, a timer, the end of a wait; or null
 * @param items of a forEach step that has begun, in the order of the list; else empty
 * @param childSagaId the saga that a step runs, or null
 * @param signal the signal that a step waits for, or null
 */
public record SagaStep(
    String name,
    StepStatus status,
    WaitReason waitReason,
    int attempt,
    int round,
    int returns,
    boolean reverting,
    boolean armed,
    Map<String, Object> input,
    Map<String, Object> output,
    Failure failure,
    Instant startedAt,
    Instant finishedAt,
    Instant nextAttemptAt,
    List<StepItem> items,
    String childSagaId,
    String signal) {}
