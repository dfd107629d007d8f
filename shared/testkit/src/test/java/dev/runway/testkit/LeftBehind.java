package dev.runway.testkit;

/**
 * A test JVM that starts both servers and then ends, or waits to be killed, without closing them.
 */
final class LeftBehind {

  private LeftBehind() {}

  /** Prints the process ids of broker and database; with the argument {@code wait} it stays. */
  public static void main(String[] arguments) throws Exception {
    KafkaBroker broker = new KafkaBroker();
    broker.start();
    long postgres = TestPostgres.get().server().running().orElseThrow().pid();
    System.out.println(broker.pid() + " " + postgres);
    System.out.flush();
    if (arguments[0].equals("wait")) {
      System.in.read();
    }
    System.exit(0);
  }
}
