package dev.runway.bench.harness;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a case in a JVM of its own, so that none profits from another's warm code or full heap. */
public final class CaseProcess {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<List<Row>> ROWS = new TypeReference<>() {};
  private static final List<String> FLAGS =
      List.of(
          "-Xmx3g",
          "-XX:MaxDirectMemorySize=1g",
          // As flink-conf says of large heaps: what Kafka's consumer fetches would be humongous.
          "-XX:G1HeapRegionSize=8m",
          "-Duser.timezone=UTC",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.time=ALL-UNNAMED");

  private CaseProcess() {}

  /** What a case does, and finds. */
  @FunctionalInterface
  public interface Measured {
    List<Row> run() throws Exception;
  }

  /**
   * Runs a main class that ends with {@link #answer}, with the class path of this JVM.
   *
   * @param arguments of the main class
   */
  public static List<Row> run(Class<?> mainClass, List<String> arguments)
      throws IOException, InterruptedException {
    return run(System.getProperty("java.class.path"), mainClass.getName(), arguments);
  }

  /**
   * Same with other flags.
   *
   * @param flags of the JVM, which count before those that every case has
   */
  public static List<Row> run(Class<?> mainClass, List<String> arguments, List<String> flags)
      throws IOException, InterruptedException {
    return run(System.getProperty("java.class.path"), mainClass.getName(), arguments, flags);
  }

  /** Same with another class path. */
  public static List<Row> run(String classPath, String mainClass, List<String> arguments)
      throws IOException, InterruptedException {
    return run(classPath, mainClass, arguments, List.of());
  }

  private static List<Row> run(
      String classPath, String mainClass, List<String> arguments, List<String> flags)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("runway-bench-", ".log");
    Process process =
        new ProcessBuilder(command(classPath, mainClass, arguments, flags))
            .redirectError(errors.toFile())
            .start();
    Thread onExit = new Thread(() -> end(process), "end-case");
    Runtime.getRuntime().addShutdownHook(onExit);
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(onExit);
    if (code != 0) {
      throw new IOException(
          mainClass + " " + arguments + " ended with " + code + "; its output is in " + errors);
    }
    Files.delete(errors);
    List<String> lines = printed.strip().lines().toList();
    return JSON.readValue(lines.get(lines.size() - 1), ROWS);
  }

  /** What the main class of a case does: prints its rows in one line of JSON, and ends the JVM. */
  public static void answer(Measured measured) {
    int code = 0;
    try {
      System.out.println(JSON.writeValueAsString(measured.run()));
    } catch (Exception e) {
      e.printStackTrace();
      code = 1;
    }
    // Flink's local cluster keeps threads that nobody ends, of a failed case too.
    System.exit(code);
  }

  /**
   * Starts a process with the class path of this JVM, which ends with it. What it says on standard
   * error is seen; its standard output is for whoever started it.
   */
  public static Process start(Class<?> mainClass, List<String> arguments) throws IOException {
    Process process =
        new ProcessBuilder(
                command(
                    System.getProperty("java.class.path"),
                    mainClass.getName(),
                    arguments,
                    List.of()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(process::destroyForcibly, "end-" + mainClass.getSimpleName()));
    return process;
  }

  /** In order if it can, so that it ends what it has started. */
  private static void end(Process process) {
    process.destroy();
    try {
      process.waitFor(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }

  /** A JVM as every case has it. */
  private static List<String> command(
      String classPath, String mainClass, List<String> arguments, List<String> flags) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    // Of two of a kind the JVM takes the last.
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    return command;
  }
}
