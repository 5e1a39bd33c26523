package io.backstitch.participant;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A connection to a participant, as an orchestrator has it. */
interface Link extends AutoCloseable {
  /** How commands travel. */
  enum Way {
    UNARY,
    SERVE;

    Link connect(String address) {
      return this == UNARY ? new UnaryLink(address) : new StreamLink(address);
    }
  }

  /** A command on its way. */
  record Sent(CompletableFuture<Answer> answer, Runnable cancel) {
    Answer get() throws Exception {
      return answer.get(10, TimeUnit.SECONDS);
    }
  }

  Sent send(Sending command);

  /** Sends and waits for the answer. */
  default Answer ask(Sending command) throws Exception {
    return send(command).get();
  }

  @Override
  void close();
}
