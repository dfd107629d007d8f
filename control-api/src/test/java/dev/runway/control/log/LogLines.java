package dev.runway.control.log;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Lines of the log, in the form that they have, as they are written by whichever thread. */
public final class LogLines implements AutoCloseable {
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final Logger logger;
  private final Handler handler;

  /**
   * @param of whose, and of all below it
   */
  public LogLines(String of) {
    JsonLog form = new JsonLog();
    handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(form.format(line));
          }

          @Override
          public void flush() {
            // Nothing waits.
          }

          @Override
          public void close() {
            // Nothing is open.
          }
        };
    logger = Logger.getLogger(of);
    logger.addHandler(handler);
  }

  /** Those with a text in them. */
  public List<String> with(String text) {
    return lines.stream().filter(line -> line.contains(text)).toList();
  }

  /** The same, under an id. */
  public List<String> with(String text, String name, String id) {
    String under = "\"" + name + "\":\"" + id + "\"";
    return with(text).stream().filter(line -> line.contains(under)).toList();
  }

  @Override
  public void close() {
    logger.removeHandler(handler);
  }
}
