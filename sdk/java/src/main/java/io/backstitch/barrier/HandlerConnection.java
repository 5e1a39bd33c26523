package io.backstitch.barrier;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/**
 * The connection that handlers get: the real one, except that its transaction is the barrier's to end, and that it is
 * closed once the handler has returned.
 */
final class HandlerConnection {
  private static final Set<String> BARRIERS_OWN =
      Set.of("commit", "setAutoCommit", "setTransactionIsolation", "setReadOnly", "abort");

  private final Connection real;
  private volatile boolean over;

  HandlerConnection(Connection real) {
    this.real = real;
  }

  Connection asConnection() {
    ClassLoader loader = HandlerConnection.class.getClassLoader();
    return (Connection) Proxy.newProxyInstance(loader, new Class<?>[] {Connection.class}, this::invoke);
  }

  /** The handler has returned. */
  void end() {
    over = true;
  }

  private Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    if (name.equals("equals")) return proxy == arguments[0];
    if (method.getDeclaringClass() == Object.class) return method.invoke(this, arguments);
    if (name.equals("isClosed")) return over || real.isClosed();
    // So that code which closes what it is given works here too.
    if (name.equals("close")) return null;
    if (over) throw new SQLException("the handler has returned, and with it went its connection");
    boolean rollback = name.equals("rollback") && method.getParameterCount() == 0;
    if (rollback || BARRIERS_OWN.contains(name)) {
      throw new SQLException(name + " is not the handler's to call: the transaction is the barrier's");
    }
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }
}
