package dev.runway.stack.flink;

import dev.runway.stack.JsonFile;
import dev.runway.stack.process.ShortProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Memory flags of JobManager and TaskManager, worked out from the configuration by the tool Flink's
 * own scripts use. The answer depends on the configuration alone, so it is kept beside it: the tool
 * costs a JVM start.
 */
public final class FlinkMemory {

  private static final String TOOL = "org.apache.flink.runtime.util.bash.BashJavaUtils";
  private static final String MARK = "BASH_JAVA_UTILS_EXEC_RESULT:";

  /** The two kinds of process, with the name the tool has for them. */
  public enum Kind {
    JOB_MANAGER("GET_JM_RESOURCE_PARAMS"),
    TASK_MANAGER("GET_TM_RESOURCE_PARAMS");

    private final String command;

    Kind(String command) {
      this.command = command;
    }
  }

  /**
   * Flags of one kind of process.
   *
   * @param jvmOptions {@code -Xmx} and its kin
   * @param arguments {@code -D key=value} pairs for the main class
   * @param source hash of the configuration they were worked out from
   */
  public record Flags(List<String> jvmOptions, List<String> arguments, String source) {}

  private final FlinkJvm jvm;

  public FlinkMemory(FlinkJvm jvm) {
    this.jvm = jvm;
  }

  /**
   * Works the flags out, or takes the kept ones.
   *
   * @throws IOException with the tool's own words when the configuration does not add up
   */
  public Flags flags(Kind kind) throws IOException, InterruptedException {
    Path folder = jvm.configuration().configurationFolder();
    Path memory = folder.resolve("memory-" + kind + ".json");
    String source = jvm.configuration().hash();
    Optional<Flags> kept =
        JsonFile.read(memory, Flags.class).filter(flags -> flags.source().equals(source));
    if (kept.isPresent()) {
      return kept.get();
    }
    Flags fresh = ask(kind, folder, source);
    JsonFile.write(memory, fresh);
    return fresh;
  }

  private Flags ask(Kind kind, Path folder, String source)
      throws IOException, InterruptedException {
    List<String> command =
        jvm.client("memory", List.of(TOOL, kind.command, "--configDir", folder.toString()));
    ShortProcess.Result result =
        ShortProcess.run(command, jvm.environment(), folder, Duration.ofMinutes(3));
    List<String> lines =
        result
            .output()
            .lines()
            .filter(line -> line.startsWith(MARK))
            .map(line -> line.substring(MARK.length()))
            .toList();
    if (result.exitCode() != 0 || lines.size() != 2) {
      throw new IOException("Flink refuses the memory settings:\n" + result.tail(20));
    }
    return new Flags(words(lines.get(0)), words(lines.get(1)), source);
  }

  private static List<String> words(String line) {
    return List.of(line.strip().split("\\s+"));
  }
}
