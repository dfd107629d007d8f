package dev.runway.stack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end and hands back what it printed. */
public final class ShortProcess {

  /**
   * How it ended.
   *
   * @param exitCode 0 for success
   * @param output standard output and error together
   */
  public record Result(int exitCode, String output) {

    /** The last lines of the output, for a message. */
    public String tail(int lines) {
      List<String> all = output.lines().filter(line -> !line.isBlank()).toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }
  }

  private ShortProcess() {}

  /**
   * Returns when the program has ended.
   *
   * @param limit the process is killed when it takes longer
   * @throws IOException when it cannot be started or takes too long
   */
  public static Result run(
      List<String> command, Map<String, String> environment, Path folder, Duration limit)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "call-", ".out");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.redirectOutput(output.toFile());
      Process process = builder.start();
      try {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IOException(command.get(0) + " took longer than " + limit.toSeconds() + " s");
        }
        return new Result(process.exitValue(), read(output));
      } finally {
        process.destroyForcibly();
      }
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static String read(Path output) {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
