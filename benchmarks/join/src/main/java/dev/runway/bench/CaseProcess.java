package dev.runway.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runs a case in a JVM of its own, so that none profits from another's warm code or full heap. */
final class CaseProcess {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FLAGS =
      List.of(
          "-Xmx3g",
          "-XX:MaxDirectMemorySize=1g",
          "-Duser.timezone=UTC",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.time=ALL-UNNAMED");

  private CaseProcess() {}

  static Row run(JoinCase measured, int open, long steps, long seed, String ids)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("runway-bench-", ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), CaseMain.class.getName()));
    command.addAll(
        List.of(
            measured.name().toLowerCase(Locale.ROOT),
            Integer.toString(open),
            Long.toString(steps),
            Long.toString(seed),
            ids));
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    Thread onExit = new Thread(process::destroyForcibly, "end-case");
    Runtime.getRuntime().addShutdownHook(onExit);
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(onExit);
    if (code != 0) {
      throw new IOException(measured + " ended with " + code + "; its output is in " + errors);
    }
    Files.delete(errors);
    List<String> lines = printed.strip().lines().toList();
    return JSON.readValue(lines.get(lines.size() - 1), Row.class);
  }
}
