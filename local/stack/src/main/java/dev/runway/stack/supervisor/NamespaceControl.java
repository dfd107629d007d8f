package dev.runway.stack.supervisor;

import dev.runway.demo.stage.LoopStage;
import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import dev.runway.stack.TemporaryFiles;
import dev.runway.stack.process.Launch;
import dev.runway.stack.process.MarkedProcesses;
import dev.runway.stack.process.PidFile;
import dev.runway.stack.process.ProcessIdentity;
import dev.runway.stack.process.Termination;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A control API beside the stack's own, for a namespace that is played on, or was. Nobody keeps it:
 * it ends with the play or with what is left of it, and with the stack at the latest.
 */
public final class NamespaceControl implements LoopStage.Control {
  private static final String COMPONENT = "-Drunway.component=";
  private static final String NAME = "control-api-";
  private static final String SETTINGS = ".properties";
  private static final String PORT = "runway.control.port";
  private static final Duration READY_LIMIT = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 200;

  private final StackFolder folder;
  private final String namespace;
  private final int port;
  private final List<String> line;
  private volatile ProcessIdentity process;

  private NamespaceControl(
      StackFolder folder, String namespace, int port, List<String> line, ProcessIdentity process) {
    this.folder = folder;
    this.namespace = namespace;
    this.port = port;
    this.line = line;
    this.process = process;
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param settings all of it but its port and its token
   */
  public static NamespaceControl start(
      Installation installation, StackFolder folder, String namespace, Map<String, String> settings)
      throws IOException, InterruptedException {
    endLeftOver(folder, namespace);
    int port = freePort();
    String name = name(namespace);
    Path token = token(folder, namespace);
    Files.deleteIfExists(token);
    Map<String, String> all = new TreeMap<>(settings);
    all.put("runway.control.host", "127.0.0.1");
    all.put(PORT, Integer.toString(port));
    all.put("runway.control.demo", "true");
    all.put("runway.control.demo-token-file", token.toString());
    Path file = settings(folder, namespace);
    ControlComponent.write(file, all);
    // It may outlive its starter, whose terminal may be closed.
    List<String> line = new ArrayList<>(SupervisorLauncher.ownSession());
    line.addAll(ControlComponent.line(installation, folder, name, file));
    LogFiles.rotate(folder.log(name));
    Launch launch = launch(folder, name, line);
    Process started = launch.builder().start();
    NamespaceControl control =
        new NamespaceControl(folder, namespace, port, line, identity(started, folder.log(name)));
    try {
      control.note(launch);
      control.awaitReady(started);
    } catch (IOException | InterruptedException | RuntimeException e) {
      control.close();
      throw e;
    }
    return control;
  }

  private static Launch launch(StackFolder folder, String name, List<String> line) {
    Launch launch =
        Launch.of(line, Map.of("MALLOC_ARENA_MAX", "2"), folder.log(name), folder.processMark());
    launch.builder().directory(Path.of("/").toFile());
    return launch;
  }

  /**
   * Ends whichever control API of a namespace still runs, as after a kill of what had started it:
   * it would take the commands of the next one. Fine when there is none.
   */
  public static void endLeftOver(StackFolder folder, String namespace)
      throws IOException, InterruptedException {
    for (ProcessIdentity left : processes(folder, namespace)) {
      Termination.end(left, GRACE);
    }
    pidFile(folder, namespace).delete();
  }

  /** Ends all of a stack, and forgets them. */
  static void endAll(StackFolder folder) throws IOException, InterruptedException {
    for (String namespace : namespaces(folder)) {
      endLeftOver(folder, namespace);
      forget(folder, namespace);
    }
  }

  /**
   * One that runs.
   *
   * @param component its name among the stack's processes
   * @param address of the API, and of its page
   * @param tokenFile with the token of an administrator
   */
  public record Running(
      String namespace, String component, long pid, URI address, Path tokenFile) {}

  /** Those of a stack that run. */
  public static List<Running> running(StackFolder folder) throws IOException {
    List<Running> running = new ArrayList<>();
    for (String namespace : namespaces(folder)) {
      for (ProcessIdentity process : processes(folder, namespace)) {
        URI address = address(port(settings(folder, namespace)));
        running.add(
            new Running(
                namespace, name(namespace), process.pid(), address, token(folder, namespace)));
      }
    }
    return running;
  }

  private static int port(Path file) throws IOException {
    Properties settings = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      settings.load(reader);
    }
    return Integer.parseInt(settings.getProperty(PORT));
  }

  /** Those with settings: they are written before it starts, and deleted after it has ended. */
  private static List<String> namespaces(StackFolder folder) throws IOException {
    if (!Files.isDirectory(folder.conf())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.conf())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(NAME) && name.endsWith(SETTINGS))
          .map(name -> name.substring(NAME.length(), name.length() - SETTINGS.length()))
          .sorted()
          .toList();
    }
  }

  /** Deletes settings and token of a namespace's control API, which has ended. */
  public static void forget(StackFolder folder, String namespace) throws IOException {
    Files.deleteIfExists(token(folder, namespace));
    Files.deleteIfExists(settings(folder, namespace));
    TemporaryFiles.delete(folder.tmp().resolve(name(namespace)));
  }

  /** Those of this stack alone: others on the machine may play the same namespace. */
  private static List<ProcessIdentity> processes(StackFolder folder, String namespace) {
    return MarkedProcesses.find(List.of(COMPONENT + name(namespace))).stream()
        .filter(process -> process.commandLine().contains(folder.processMark()))
        .toList();
  }

  private static Path settings(StackFolder folder, String namespace) {
    return folder.conf().resolve(name(namespace) + SETTINGS);
  }

  private static PidFile pidFile(StackFolder folder, String namespace) {
    return new PidFile(folder.run(), name(namespace));
  }

  private static ProcessIdentity identity(Process started, Path log) throws IOException {
    return ProcessIdentity.of(started.pid())
        .orElseThrow(() -> new IOException("the control API has ended at once: " + log));
  }

  /** So that a supervisor which takes over leaves it alone. */
  private void note(Launch launch) throws IOException {
    pidFile(folder, namespace)
        .write(new PidFile.Entry(process, launch.mark(), launch.commandHash()));
  }

  private void awaitReady(Process started) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!ControlComponent.ready(port)) {
      if (!started.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(
            "the control API of "
                + namespace
                + " does not come up: "
                + folder.log(name(namespace)));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** One that is free now; whoever takes it before the API does ends the API, which is told. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String name(String namespace) {
    return NAME + namespace;
  }

  private static Path token(StackFolder folder, String namespace) {
    return folder.secrets().resolve("control-token-" + namespace);
  }

  private static URI address(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public URI address() {
    return address(port);
  }

  @Override
  public Path tokenFile() {
    return token(folder, namespace);
  }

  @Override
  public Optional<String> trouble() {
    String log = folder.log(name(namespace)).toString();
    if (!process.alive()) {
      return Optional.of("the control API of " + namespace + " has ended: " + log);
    }
    return ControlComponent.ready(port)
        ? Optional.empty()
        : Optional.of("the control API of " + namespace + " is not ready: " + log);
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void startAgain() throws IOException, InterruptedException {
    if (process.alive()) {
      throw new IllegalStateException("the control API of " + namespace + " runs");
    }
    String name = name(namespace);
    Launch launch = launch(folder, name, line);
    Process started = launch.builder().start();
    process = identity(started, folder.log(name));
    note(launch);
    awaitReady(started);
  }

  @Override
  public void close() {
    try {
      Termination.end(process, GRACE);
      pidFile(folder, namespace).delete();
      TemporaryFiles.delete(folder.tmp().resolve(name(namespace)));
    } catch (InterruptedException e) {
      // It has been told to end, and ends with the stack at the latest.
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete what the control API has left", e);
    }
  }
}
