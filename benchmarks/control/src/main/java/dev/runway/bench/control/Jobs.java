package dev.runway.bench.control;

import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.CaseProcess;
import dev.runway.bench.harness.Database;
import dev.runway.sql.RolePasswords;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The jobs of the stack, running in a process and a Flink of their own. */
final class Jobs implements AutoCloseable {
  private final Process process;
  private volatile long modelsReadTo = -1;

  private Jobs(Process process) {
    this.process = process;
  }

  /** Starts them, and waits until every task of them takes records. */
  static Jobs start(Path folder, Broker broker, Database database) throws IOException {
    return start(folder, broker, database, List.of());
  }

  /**
   * The same.
   *
   * @param trigger further options of retrain-trigger
   */
  static Jobs start(Path folder, Broker broker, Database database, List<String> trigger)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                broker.bootstrapServers(),
                folder.toString(),
                database.jdbcUrl(),
                database.passwordFile(RolePasswords.WRITER).toString()));
    arguments.addAll(trigger);
    Process process = CaseProcess.start(JobsMain.class, arguments);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    while (line != null && !line.equals(JobsMain.RUNNING)) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("the jobs have ended, see above");
    }
    Jobs jobs = new Jobs(process);
    Thread listener = new Thread(() -> jobs.listen(out), "what-jobs-tell");
    listener.setDaemon(true);
    listener.start();
    return jobs;
  }

  private void listen(BufferedReader out) {
    try (out) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(JobsMain.MODELS_READ_TO)) {
          modelsReadTo = Long.parseLong(line.substring(JobsMain.MODELS_READ_TO.length()));
        }
      }
    } catch (IOException e) {
      // The process has ended, which requireRunning() tells.
    }
  }

  /** The offset behind the newest model document that all of retrain-trigger has read. */
  long modelsReadTo() {
    return modelsReadTo;
  }

  /** Processor time they have used, Flink's own with it. */
  Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /**
   * What was measured beside jobs that have failed was not measured beside jobs.
   *
   * @throws IllegalStateException if one has failed, even if it was started again since
   */
  void requireRunning() {
    if (!process.isAlive()) {
      throw new IllegalStateException("a job has failed, see above");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
