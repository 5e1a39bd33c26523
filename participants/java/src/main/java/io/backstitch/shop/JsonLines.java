package io.backstitch.shop;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Writes every log of the process to standard error, a line of JSON each. */
final class JsonLines extends Handler {
  private final String name;

  private JsonLines(String name) {
    this.name = name;
  }

  /** Takes over all logs; the libraries' only where something is wrong. */
  static Logger install(String name) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) root.removeHandler(handler);
    root.addHandler(new JsonLines(name));
    root.setLevel(Level.WARNING);
    Logger own = Logger.getLogger("io.backstitch");
    own.setLevel(Level.INFO);
    return own;
  }

  @Override
  public void publish(LogRecord entry) {
    JsonObject line = new JsonObject();
    line.addProperty("level", entry.getLevel().getName().toLowerCase(Locale.ROOT));
    line.addProperty("time", entry.getMillis());
    line.addProperty("name", name);
    line.addProperty("msg", entry.getMessage());
    if (entry.getThrown() != null) {
      StringWriter stack = new StringWriter();
      entry.getThrown().printStackTrace(new PrintWriter(stack));
      line.addProperty("err", stack.toString());
    }
    System.err.println(line);
  }

  @Override
  public void flush() {
    System.err.flush();
  }

  @Override
  public void close() {}
}
