package dev.runway.stack.supervisor;

import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.FlinkJvm;
import dev.runway.stack.flink.FlinkMemory;
import dev.runway.stack.flink.FlinkRest;
import dev.runway.stack.process.Launch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One of Flink's TaskManagers. */
final class TaskManagerComponent implements Component {

  private static final String MAIN = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";

  private final int number;
  private final StackFolder folder;
  private final FlinkJvm jvm;
  private final FlinkMemory memory;
  private final FlinkRest rest;

  /** When the living process was started; 0 for an adopted one. */
  private volatile long startedAtMillis;

  TaskManagerComponent(
      int number, StackFolder folder, FlinkJvm jvm, FlinkMemory memory, FlinkRest rest) {
    this.number = number;
    this.folder = folder;
    this.jvm = jvm;
    this.memory = memory;
    this.rest = rest;
  }

  @Override
  public String name() {
    return "taskmanager-" + number;
  }

  @Override
  public int port() {
    return 0;
  }

  @Override
  public boolean flink() {
    return true;
  }

  @Override
  public Launch launch() throws IOException, InterruptedException {
    FlinkMemory.Flags flags = memory.flags(FlinkMemory.Kind.TASK_MANAGER);
    List<String> options = new ArrayList<>(flags.jvmOptions());
    options.addAll(JvmComponents.WORKING);
    List<String> main = new ArrayList<>(List.of(MAIN, "--configDir"));
    main.add(jvm.configuration().configurationFolder().toString());
    main.addAll(flags.arguments());
    // The same id after a restart: the JobManager then drops the dead one at once.
    main.addAll(List.of("-D", "taskmanager.resource-id=" + name()));
    return Launch.of(
        jvm.server(name(), options, main),
        JvmComponents.environment(jvm),
        folder.output(name()),
        folder.processMark());
  }

  @Override
  public void beforeStart() {
    startedAtMillis = System.currentTimeMillis();
  }

  /**
   * Ready when the JobManager counts on it; before that no job can use it. A dead one keeps its
   * place for some seconds, under the same id, but sends no heartbeat any more.
   */
  @Override
  public boolean ready() {
    try {
      return rest.taskManagers().stream()
          .anyMatch(
              registered ->
                  registered.id().equals(name()) && registered.heartbeatMillis() > startedAtMillis);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public List<Path> logs() {
    return JvmComponents.logs(folder, name());
  }
}
