package dev.runway.stack.flink;

import dev.runway.stack.process.ShortProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Submits a job with Flink's own command line client, as one would on any cluster:
 *
 * <pre>
 * flink run -d -p 2 -s &lt;savepoint&gt; runway-groundtruth-join-0.1.0-job.jar --runway.kafka.bootstrap-servers ...
 * </pre>
 *
 * Beyond that line it passes where the checkpoints go and the job id, chosen beforehand: a
 * submission whose answer was lost can then be looked up, and is refused when repeated.
 */
public final class JobSubmission {

  private static final String CLIENT = "org.apache.flink.client.cli.CliFrontend";
  private static final String SUBMIT = "submit-";
  private static final int LINES = 10;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final FlinkJvm jvm;

  public JobSubmission(FlinkJvm jvm) {
    this.jvm = jvm;
  }

  /**
   * Returns when the cluster has accepted the job.
   *
   * @throws IOException with the client's last lines when it has not
   */
  public void submit(JobLedger.Entry job) throws IOException, InterruptedException {
    List<String> command = jvm.client(SUBMIT + job.name(), arguments(job, jvm.configuration()));
    ShortProcess.Result result =
        ShortProcess.run(
            command, jvm.environment(), jvm.configuration().configurationFolder(), LIMIT);
    if (result.exitCode() != 0) {
      Path whole = jvm.output(SUBMIT + job.name());
      Files.writeString(whole, result.output());
      throw new IOException(
          "flink run failed: " + rootCause(result.output()) + "\nall it said is in " + whole);
    }
  }

  /** The innermost cause with its whole message; without one, the last lines. */
  static String rootCause(String output) {
    List<String> lines = output.lines().toList();
    int start = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("Caused by: ")) {
        start = i;
      }
    }
    if (start < 0) {
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    }
    return String.join(
        "\n",
        lines.subList(start, lines.size()).stream()
            .takeWhile(line -> !line.startsWith("\tat "))
            .toList());
  }

  static List<String> arguments(JobLedger.Entry job, FlinkConfiguration configuration) {
    List<String> arguments = new ArrayList<>(List.of(CLIENT, "run", "-d"));
    arguments.addAll(List.of("-p", Integer.toString(job.parallelism())));
    @Nullable String from = job.resumedFrom();
    if (from != null) {
      arguments.addAll(List.of("-s", from));
    }
    arguments.add("-D$internal.pipeline.job-id=" + job.jobId());
    arguments.add(
        "-Dexecution.checkpointing.dir="
            + FlinkConfiguration.address(configuration.checkpoints(job.name())));
    arguments.add(
        "-Dexecution.checkpointing.savepoint-dir="
            + FlinkConfiguration.address(configuration.savepoints(job.name())));
    arguments.add(job.jar());
    arguments.addAll(job.arguments());
    return arguments;
  }
}
