package dev.runway.control.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.stream.Stream;
import org.slf4j.MDC;

/**
 * One JSON object a line. What a request brings may be in a message, so every control character is
 * escaped: nobody can write a line of their own into the log, or colours into a terminal.
 */
public final class JsonLog extends Formatter {
  private static final int MAX_MESSAGE = 8 * 1024;
  private static final int MAX_CAUSES = 5;
  private static final JsonFactory JSON = new JsonFactory();

  /** Held here, for the JDK forgets the level of a logger that nobody holds. */
  private static final List<Logger> QUIETER =
      Stream.of("org.eclipse.jetty", "org.apache.kafka", "io.javalin", "com.zaxxer.hikari")
          .map(Logger::getLogger)
          .toList();

  /** Warns of every word of OpenAPI, and of every try to reach a broker that is away. */
  private static final List<Logger> NEARLY_SILENT =
      Stream.of("com.networknt.schema", "org.apache.kafka.clients.NetworkClient")
          .map(Logger::getLogger)
          .toList();

  /** Sends everything the program logs to standard output, in this form. */
  public static void install() {
    Logger root = Logger.getLogger("");
    for (Handler old : root.getHandlers()) {
      root.removeHandler(old);
    }
    Handler handler = new ToStandardOutput();
    handler.setLevel(Level.INFO);
    root.addHandler(handler);
    root.setLevel(Level.INFO);
    QUIETER.forEach(logger -> logger.setLevel(Level.WARNING));
    NEARLY_SILENT.forEach(logger -> logger.setLevel(Level.SEVERE));
  }

  @Override
  public String format(LogRecord record) {
    StringWriter line = new StringWriter(256);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("at", record.getInstant().toString());
      json.writeStringField("level", record.getLevel().getName());
      json.writeStringField("logger", clean(String.valueOf(record.getLoggerName())));
      json.writeStringField("message", clean(formatMessage(record)));
      Map<String, String> context = MDC.getCopyOfContextMap();
      if (context != null) {
        for (Map.Entry<String, String> one : context.entrySet()) {
          json.writeStringField(one.getKey(), clean(one.getValue()));
        }
      }
      if (record.getThrown() != null) {
        json.writeStringField("error", clean(causes(record.getThrown())));
        StackTraceElement[] stack = record.getThrown().getStackTrace();
        if (stack.length > 0 && record.getLevel().intValue() >= Level.WARNING.intValue()) {
          json.writeArrayFieldStart("stack");
          for (int i = 0; i < Math.min(stack.length, 20); i++) {
            json.writeString(stack[i].toString());
          }
          json.writeEndArray();
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return line.append('\n').toString();
  }

  private static String causes(Throwable thrown) {
    StringBuilder all = new StringBuilder(thrown.toString());
    Throwable cause = thrown.getCause();
    for (int i = 0; cause != null && i < MAX_CAUSES; i++, cause = cause.getCause()) {
      all.append("; caused by ").append(cause);
    }
    return all.toString();
  }

  /**
   * Jackson escapes C0 controls; terminals also act on C1, and some viewers break lines at U+2028.
   */
  private static String clean(String text) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), MAX_MESSAGE));
    for (int i = 0; i < text.length() && i < MAX_MESSAGE; i++) {
      char c = text.charAt(i);
      boolean unseen = (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
      clean.append(unseen || Character.isSurrogate(c) ? '?' : c);
    }
    return clean.toString();
  }

  /**
   * Standard error is for what a person should see at once. No ConsoleHandler: that one takes
   * standard error first, and closes it when it is given another stream.
   */
  private static final class ToStandardOutput extends StreamHandler {
    ToStandardOutput() {
      super(System.out, new JsonLog());
    }

    @Override
    public synchronized void publish(LogRecord record) {
      super.publish(record);
      flush();
    }

    @Override
    public synchronized void close() {
      flush(); // Standard output is not ours to close.
    }
  }
}
