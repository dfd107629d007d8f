package dev.runway.control.metaflow;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A Python that has Metaflow: the one that {@code RUNWAY_TEST_PYTHON} names, else one of our own in
 * the build's folder, made once. Without Python, or without a way to its packages, a test is
 * skipped; whatever else goes wrong is an error.
 */
final class MetaflowPython {
  private static final String PACKAGE = "metaflow==2.19.39";
  private static final Path HOME = Path.of("target", "metaflow-2.19.39").toAbsolutePath();
  private static final int LIMIT_SECONDS = 60;

  /** What pip says where there is no network: it cannot be told from its exit code. */
  private static final Pattern NO_NETWORK =
      Pattern.compile(
          "NewConnectionError|ConnectTimeoutError|Failed to establish a new connection"
              + "|Temporary failure in name resolution|Name or service not known"
              + "|Network is unreachable|ProxyError|Read timed out");

  private static final int TOO_LONG = -2;

  private MetaflowPython() {}

  /** Its command. */
  static String command() throws IOException, InterruptedException {
    String named = System.getenv("RUNWAY_TEST_PYTHON");
    if (named != null) {
      return named;
    }
    Path python = HOME.resolve("bin").resolve("python");
    Path done = HOME.resolve("done");
    if (!Files.exists(done)) {
      Ran version =
          run(List.of("python3", "-c", "import sys, venv, ensurepip; print(sys.version)"));
      assumeTrue(version.exit() == 0, "no python3 with venv here: " + version.output());
      requireGood(run(List.of("python3", "-m", "venv", "--clear", HOME.toString())));
      Ran installed =
          run(
              List.of(
                  python.toString(),
                  "-m",
                  "pip",
                  "install",
                  "--quiet",
                  "--disable-pip-version-check",
                  "--no-compile",
                  "--retries=1",
                  "--timeout=10",
                  PACKAGE));
      boolean away = installed.exit() == TOO_LONG || NO_NETWORK.matcher(installed.output()).find();
      assumeTrue(installed.exit() == 0 || !away, "no way to PyPI from here: " + installed.output());
      requireGood(installed);
      Files.createFile(done);
    }
    return python.toString();
  }

  /**
   * How a process ended.
   *
   * @param exit -1 when it could not be started, {@link #TOO_LONG} when it was ended
   */
  record Ran(int exit, String output) {}

  private static Ran run(List<String> command) throws IOException, InterruptedException {
    return run(command, Path.of("target").toAbsolutePath(), Map.of());
  }

  /** Runs a process to its end. */
  static Ran run(List<String> command, Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".log");
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
    builder.environment().putAll(environment);
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Ran(-1, e.toString()); // There is no such command.
    }
    try {
      int exit = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) ? process.exitValue() : TOO_LONG;
      return new Ran(exit, Files.readString(output));
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(output);
    }
  }

  private static void requireGood(Ran ran) {
    if (ran.exit() != 0) {
      throw new AssertionError("exit " + ran.exit() + ": " + ran.output());
    }
  }
}
