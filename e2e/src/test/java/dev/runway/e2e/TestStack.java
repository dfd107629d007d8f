package dev.runway.e2e;

import dev.runway.bench.loopfaults.StackFaults;
import dev.runway.demo.stage.Console;
import dev.runway.demo.stage.LoopStage;
import dev.runway.stack.ComponentState;
import dev.runway.stack.Installation;
import dev.runway.stack.StackClient;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.cli.LocalStage;
import dev.runway.stack.flink.FlinkRest;
import dev.runway.stack.process.MarkedProcesses;
import dev.runway.stack.process.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One stack in a folder of its own, with every process it ever had written down. */
final class TestStack implements AutoCloseable {
  private static final Duration UP = Duration.ofMinutes(12);
  private static final Duration DOWN = Duration.ofMinutes(8);
  private static final Duration RECOVERY = Duration.ofMinutes(6);

  private final Installation installation = Installation.current();
  private final StackFolder folder;
  private final StackFaults faults;
  private final Runway runway;
  private final Set<ProcessIdentity> seen = new LinkedHashSet<>();
  private final Thread onExit = new Thread(this::endAll, "end-stack");

  private TestStack(Path root) {
    this.folder = new StackFolder(root);
    this.faults = new StackFaults(folder, RECOVERY);
    this.runway = new Runway(installation, folder);
  }

  /** Starts a stack, jobs and all, in a new folder below the build's. */
  static TestStack start() throws IOException, InterruptedException {
    Path parent = Path.of(System.getProperty("runway.e2e.folder", "target"));
    Files.createDirectories(parent);
    TestStack stack = new TestStack(Files.createTempDirectory(parent.toAbsolutePath(), "stack-"));
    // Whatever ends this JVM, also Ctrl-C in Maven, ends the stack.
    Runtime.getRuntime().addShutdownHook(stack.onExit);
    try {
      stack.folder.create();
      // A core that stalls under the load of a whole build is no lost process.
      Files.writeString(
          stack.folder.flinkSettings(),
          """
          heartbeat.timeout = 30 s
          high-availability.zookeeper.client.session-timeout = 20 s
          """);
      stack.up();
      return stack;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      stack.endAll();
      throw e;
    }
  }

  StackFolder folder() {
    return folder;
  }

  Runway runway() {
    return runway;
  }

  /** Namespaces of their own in this stack. */
  LoopStage stage() {
    return new LocalStage(installation, folder, new Console(System.out, false));
  }

  StackClient client() {
    return StackClient.open(folder);
  }

  /** What Flink says of a job; empty for one it has never heard of. */
  Optional<FlinkRest.Job> job(String id) throws IOException, InterruptedException {
    return client().jobs().stream().filter(job -> job.id().equals(id)).findFirst();
  }

  /** {@code runway up}: returns when all runs. */
  void up() throws IOException, InterruptedException {
    runway.runWell(UP, "up");
    remember();
  }

  /** {@code runway down}, which must leave no process that this stack ever had. */
  void down() throws IOException, InterruptedException {
    remember();
    runway.runWell(DOWN, "down");
    List<String> left = left().stream().map(TestStack::words).toList();
    if (!left.isEmpty()) {
      throw new AssertionError("left running by runway down:\n" + String.join("\n", left));
    }
  }

  /** What the supervisor says of a component. */
  ComponentState component(String name) {
    return faults.component(name);
  }

  /** The living process of a component. */
  ProcessIdentity process(String component) {
    return faults.process(component);
  }

  /** For whoever kills much; what comes of it is found by its mark alone. */
  StackFaults faults() {
    return faults;
  }

  /** {@code kill -9}, and no word before. */
  ProcessIdentity kill(String component) throws IOException, InterruptedException {
    remember();
    return faults.kill(component);
  }

  /** Waits until a killed component runs again, as another process. */
  void awaitBack(String name, ProcessIdentity dead) throws IOException, InterruptedException {
    faults.awaitBack(name, dead);
    remember();
  }

  /** Waits until every task of a job runs, under whatever id it came back. */
  void awaitRunning(String job) throws IOException, InterruptedException {
    faults.awaitRunning(job);
  }

  /** Writes down what lives now, so that the end can be checked by pid. */
  void remember() {
    seen.addAll(MarkedProcesses.find(folder.marks()));
    StackState.read(folder)
        .map(StackState::supervisor)
        .filter(ProcessIdentity::alive)
        .ifPresent(seen::add);
    for (ProcessIdentity process : List.copyOf(seen)) {
      ProcessHandle.of(process.pid()).filter(handle -> process.alive()).stream()
          .flatMap(ProcessHandle::descendants)
          .map(ProcessHandle::pid)
          .map(ProcessIdentity::of)
          .flatMap(Optional::stream)
          .forEach(seen::add);
    }
  }

  /** Processes of this stack that live: by their mark, and by the pids written down. */
  List<ProcessIdentity> left() {
    List<ProcessIdentity> left = new ArrayList<>(MarkedProcesses.find(folder.marks()));
    seen.stream().filter(ProcessIdentity::alive).filter(p -> !left.contains(p)).forEach(left::add);
    return left;
  }

  private static String words(ProcessIdentity process) {
    return process.pid() + " " + String.join(" ", process.commandLine());
  }

  /** Ends the stack if a test has not, and says so when that took force. */
  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      return; // The JVM is ending: the hook does it.
    }
    List<ProcessIdentity> forced = endAll();
    if (!forced.isEmpty()) {
      throw new IllegalStateException("runway down left " + forced + "; ended by force");
    }
    // Kept where a test has failed: its logs say why.
    if (!Files.exists(folder.root().resolve("failed"))) {
      delete(folder.root());
    }
  }

  /** Has the folder, with its logs, stay. */
  void keepFolder() throws IOException {
    Files.writeString(folder.root().resolve("failed"), "a test of this stack has failed\n");
  }

  private List<ProcessIdentity> endAll() {
    remember();
    if (left().isEmpty()) {
      return List.of();
    }
    try {
      runway.run(DOWN, "down");
    } catch (IOException | InterruptedException | AssertionError e) {
      System.err.println("runway down failed: " + e);
    }
    List<ProcessIdentity> forced = left();
    for (ProcessIdentity process : forced) {
      ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }
    return forced;
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      files.sorted(Comparator.reverseOrder()).forEach(TestStack::deleteOne);
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
