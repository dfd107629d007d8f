package dev.runway.stack.flink;

import dev.runway.stack.Installation;
import dev.runway.stack.process.ShortProcess;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the {@link CheckpointProbe} in a JVM of its own. */
public final class CheckpointCheck implements Checkpoints.Check {

  private final Installation installation;
  private final FlinkJvm jvm;

  public CheckpointCheck(Installation installation, FlinkJvm jvm) {
    this.installation = installation;
    this.jvm = jvm;
  }

  /** Where this class came from: the probe must be of the same build. */
  private static String ownClasses() throws IOException {
    try {
      return Path.of(
              CheckpointProbe.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IOException("the launcher does not know where its classes are", e);
    }
  }

  @Override
  public @Nullable String fault(Path checkpoint) throws IOException, InterruptedException {
    String classPath = installation.flinkLib() + "/*:" + ownClasses();
    List<String> command =
        jvm.client(
            "checkpoint-probe",
            classPath,
            List.of("dev.runway.stack.flink.CheckpointProbe", checkpoint.toString()));
    ShortProcess.Result result =
        ShortProcess.run(
            command,
            jvm.environment(),
            jvm.configuration().configurationFolder(),
            Duration.ofMinutes(3));
    return result.exitCode() == 0 ? null : result.tail(1).replaceFirst("^fault: ", "");
  }
}
