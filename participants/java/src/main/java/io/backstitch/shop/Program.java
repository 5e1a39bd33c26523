package io.backstitch.shop;

import com.google.gson.JsonObject;
import io.backstitch.participant.Action;
import io.backstitch.participant.Participant;
import io.backstitch.participant.ParticipantServer;
import io.backstitch.shop.database.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The main program of a service. When it listens it writes {@code {"ready":true,"port":7001}} to standard output, and
 * nothing else ever; logs go to standard error. SIGTERM and SIGINT end it in order, with status 0.
 */
public final class Program {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Program() {}

  /** Runs the service until it is told to end. */
  public static void run(Service service, String[] arguments) throws InterruptedException {
    Logger log = JsonLines.install(service.name());
    try {
      ParticipantServer server = start(service, Arguments.parse(arguments));
      JsonObject ready = new JsonObject();
      ready.addProperty("ready", true);
      ready.addProperty("port", server.port());
      System.out.println(ready);
      server.awaitStopped();
    } catch (UsageException misuse) {
      System.err.println(misuse.getMessage() + "\n\n" + usage(service));
      System.exit(MISUSED);
    } catch (Exception fault) {
      log.log(Level.SEVERE, "it does not start", fault);
      System.exit(FAILED);
    }
    // The hook that stops it ends the process.
    Thread.currentThread().join();
  }

  /** Opens the database and serves the actions behind their fault switches. */
  private static ParticipantServer start(Service service, Arguments arguments) throws Exception {
    Database database = Database.open(arguments.db());
    try {
      List<String> schema = new ArrayList<>(Ledger.SCHEMA);
      schema.addAll(Tokens.SCHEMA);
      schema.addAll(service.schema());
      database.migrate(schema);
      Participant participant = Participant.named(service.name()).serve(arguments.serve());
      for (Map.Entry<String, Action> action : service.actions(database).entrySet()) {
        participant.action(action.getKey(), arguments.faults().wrap(action.getKey(), action.getValue()));
      }
      ParticipantServer server = participant.listen(arguments.port());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, database), "stop"));
      return server;
    } catch (Exception fault) {
      database.close();
      throw fault;
    }
  }

  private static void stop(ParticipantServer server, Database database) {
    server.stop();
    database.close();
    // A signal's own status would not be 0.
    Runtime.getRuntime().halt(0);
  }

  private static String usage(Service service) {
    return """
        Usage: java %s --db sqlite:FILE|postgres://DSN [--port PORT] [--faults JSON] [--serve on|off]

          The %s service of the sample shop, on the loopback interface.
          --port    default: a free one, which the line on standard output names
          --faults  see Faults.java
          --serve   whether the Serve stream is offered beside the unary calls; default: on"""
        .formatted(System.getProperty("sun.java.command", "MAIN").split(" ")[0], service.name());
  }
}
