package dev.runway.stack.supervisor;

import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.FlinkJvm;
import dev.runway.stack.flink.FlinkMemory;
import dev.runway.stack.flink.FlinkRest;
import dev.runway.stack.process.Launch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Flink's JobManager, which finds its jobs again through ZooKeeper. */
final class JobManagerComponent implements Component {

  private static final String MAIN =
      "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";

  private final StackFolder folder;
  private final FlinkJvm jvm;
  private final FlinkMemory memory;
  private final FlinkRest rest;
  private final HaRemedy remedy;
  private final Ports ports;

  JobManagerComponent(
      StackFolder folder,
      FlinkJvm jvm,
      FlinkMemory memory,
      FlinkRest rest,
      HaRemedy remedy,
      Ports ports) {
    this.folder = folder;
    this.jvm = jvm;
    this.memory = memory;
    this.rest = rest;
    this.remedy = remedy;
    this.ports = ports;
  }

  @Override
  public String name() {
    return "jobmanager";
  }

  @Override
  public int port() {
    return ports.of(Ports.FLINK_UI);
  }

  @Override
  public boolean flink() {
    return true;
  }

  @Override
  public Launch launch() throws IOException, InterruptedException {
    FlinkMemory.Flags flags = memory.flags(FlinkMemory.Kind.JOB_MANAGER);
    List<String> options = new ArrayList<>(flags.jvmOptions());
    options.addAll(JvmComponents.WORKING);
    List<String> main = new ArrayList<>(List.of(MAIN, "--configDir"));
    main.add(jvm.configuration().configurationFolder().toString());
    main.addAll(List.of("--executionMode", "cluster"));
    main.addAll(flags.arguments());
    return Launch.of(
        jvm.server(name(), options, main),
        JvmComponents.environment(jvm),
        folder.output(name()),
        folder.processMark());
  }

  @Override
  public boolean ready() {
    return rest.answers();
  }

  @Override
  public Optional<String> remedy() throws IOException, InterruptedException {
    return remedy.apply("the JobManager dies of it");
  }

  @Override
  public List<Path> logs() {
    return JvmComponents.logs(folder, name());
  }
}
