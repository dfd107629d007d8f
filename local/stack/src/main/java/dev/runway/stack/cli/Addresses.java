package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.supervisor.NamespaceControl;
import java.io.IOException;

/** Where the parts of a stack are, for the person who started it. */
final class Addresses {

  private static final String LOOPBACK = "127.0.0.1:";

  private Addresses() {}

  static void show(Console console, StackFolder folder, StackState state) throws IOException {
    Ports ports = state.ports();
    if (ports == null) {
      return;
    }
    console.line("");
    if (ports.has(Ports.CONTROL)) {
      console.line("  Page         " + control(ports) + "/  (sign in with the token of the API)");
      console.line(
          "  Control API  " + control(ports) + "  (token in " + folder.controlToken() + ")");
    }
    for (NamespaceControl.Running page : NamespaceControl.running(folder)) {
      console.line(
          "  Page         "
              + page.address()
              + "/  of "
              + page.namespace()
              + " (sign in with the token in "
              + page.tokenFile()
              + ")");
    }
    console.line("  Flink UI     http://" + LOOPBACK + ports.of(Ports.FLINK_UI));
    console.line("  Kafka        " + LOOPBACK + ports.of(Ports.BROKER));
    console.line("  PostgreSQL   " + LOOPBACK + ports.of(Ports.POSTGRES));
  }

  /** Of a stack that has a control API. */
  static String control(Ports ports) {
    return "http://" + LOOPBACK + ports.of(Ports.CONTROL);
  }
}
