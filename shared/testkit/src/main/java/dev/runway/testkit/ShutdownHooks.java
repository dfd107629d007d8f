package dev.runway.testkit;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Closes at the end of the JVM what a test did not, for instance because it was interrupted. */
final class ShutdownHooks {

  private static final Set<AutoCloseable> OPEN = new LinkedHashSet<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ShutdownHooks::closeAll, "close-servers"));
  }

  private ShutdownHooks() {}

  static void closeAtExit(AutoCloseable server) {
    synchronized (OPEN) {
      OPEN.add(server);
    }
  }

  static void forget(AutoCloseable server) {
    synchronized (OPEN) {
      OPEN.remove(server);
    }
  }

  private static void closeAll() {
    List<AutoCloseable> open;
    synchronized (OPEN) {
      open = List.copyOf(OPEN);
    }
    for (AutoCloseable server : open) {
      try {
        server.close();
      } catch (Exception e) {
        System.err.println("left behind at exit: " + server + ": " + e);
      }
    }
  }
}
