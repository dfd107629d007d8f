package dev.runway.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short programs to their end. */
final class Programs {

  private static final long SECONDS_MAX = 240;

  private Programs() {}

  /**
   * What a program that ended has said.
   *
   * @param code exit code; 127 when the program does not exist
   * @param output standard output and error together
   */
  record Ended(int code, String output) {
    boolean succeeded() {
      return code == 0;
    }
  }

  /**
   * Runs a program and waits for it.
   *
   * @throws PostgresException if it runs longer than two minutes, or the caller is interrupted
   */
  static Ended run(List<String> command) {
    Process process;
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C");
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      return new Ended(127, e.toString());
    }
    try (InputStream stream = process.getInputStream()) {
      String output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new PostgresException("still running after " + SECONDS_MAX + " s: " + command);
      }
      return new Ended(process.exitValue(), output);
    } catch (IOException e) {
      throw new PostgresException("cannot read from " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresException("interrupted while waiting for " + command, e);
    } finally {
      process.destroyForcibly();
    }
  }
}
