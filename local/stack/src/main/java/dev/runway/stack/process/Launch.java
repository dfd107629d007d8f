package dev.runway.stack.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How one process is started.
 *
 * @param command program and arguments
 * @param environment variables added to the inherited ones
 * @param output file that receives standard output and error, appended
 * @param mark an argument of {@code command} that no process of another stack has
 */
public record Launch(List<String> command, Map<String, String> environment, Path output, String mark) {

  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    if (!command.contains(mark)) {
      throw new IllegalArgumentException("the mark " + mark + " is not part of the command");
    }
  }

  public Process start(Path workingFolder) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.directory(workingFolder.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    return builder.start();
  }

  /** Equal for equal commands and environments, across JVMs. */
  public String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((command + "\n" + new TreeMap<>(environment)).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
