package dev.runway.stack.process;

import dev.runway.stack.Sha256;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How one process is started.
 *
 * @param builder command, environment, output
 * @param mark an argument of the command that no process of another stack has
 */
public record Launch(ProcessBuilder builder, String mark) {

  public Launch {
    if (!builder.command().contains(mark)) {
      throw new IllegalArgumentException("the mark " + mark + " is not part of the command");
    }
  }

  /**
   * A launch with output appended to a file and no input.
   *
   * @param environment variables added to the inherited ones
   */
  public static Launch of(
      List<String> command, Map<String, String> environment, Path output, String mark) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    return new Launch(builder, mark);
  }

  /** Equal for equal commands, across JVMs. */
  public String commandHash() {
    return Sha256.of(builder.command().toString());
  }
}
