package dev.runway.stack.supervisor;

import dev.runway.demo.stage.LoopStage;
import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import dev.runway.stack.TemporaryFiles;
import dev.runway.stack.process.Launch;
import dev.runway.stack.process.MarkedProcesses;
import dev.runway.stack.process.ProcessIdentity;
import dev.runway.stack.process.Termination;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A control API beside the stack's own, for a namespace that is played on. Nobody keeps it: it ends
 * with the play, or with the stack.
 */
public final class NamespaceControl implements LoopStage.Control {
  private static final String COMPONENT = "-Drunway.component=";
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
    all.put("runway.control.port", Integer.toString(port));
    all.put("runway.control.demo", "true");
    all.put("runway.control.demo-token-file", token.toString());
    Path file = settings(folder, namespace);
    ControlComponent.write(file, all);
    List<String> line = ControlComponent.line(installation, folder, name, file);
    Process started = launch(folder, name, line);
    NamespaceControl control =
        new NamespaceControl(folder, namespace, port, line, identity(started, folder.log(name)));
    try {
      control.awaitReady(started);
    } catch (IOException | InterruptedException | RuntimeException e) {
      control.close();
      throw e;
    }
    return control;
  }

  private static Process launch(StackFolder folder, String name, List<String> line)
      throws IOException {
    return Launch.of(line, Map.of("MALLOC_ARENA_MAX", "2"), folder.log(name), folder.processMark())
        .builder()
        .start();
  }

  /**
   * Ends whichever control API of a namespace still runs, as after a kill of what had started it:
   * it would take the commands of the next one. Fine when there is none.
   */
  public static void endLeftOver(StackFolder folder, String namespace) throws InterruptedException {
    for (ProcessIdentity left : running(folder, namespace)) {
      Termination.end(left, GRACE);
    }
  }

  /** Deletes settings and token of a namespace's control API, which has ended. */
  public static void forget(StackFolder folder, String namespace) throws IOException {
    Files.deleteIfExists(token(folder, namespace));
    Files.deleteIfExists(settings(folder, namespace));
    TemporaryFiles.delete(folder.tmp().resolve(name(namespace)));
  }

  /** Those of this stack alone: others on the machine may play the same namespace. */
  private static List<ProcessIdentity> running(StackFolder folder, String namespace) {
    return MarkedProcesses.find(List.of(COMPONENT + name(namespace))).stream()
        .filter(process -> process.commandLine().contains(folder.processMark()))
        .toList();
  }

  private static Path settings(StackFolder folder, String namespace) {
    return folder.conf().resolve(name(namespace) + ".properties");
  }

  private static ProcessIdentity identity(Process started, Path log) throws IOException {
    return ProcessIdentity.of(started.pid())
        .orElseThrow(() -> new IOException("the control API has ended at once: " + log));
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
    return "control-api-" + namespace;
  }

  private static Path token(StackFolder folder, String namespace) {
    return folder.secrets().resolve("control-token-" + namespace);
  }

  @Override
  public URI address() {
    return URI.create("http://127.0.0.1:" + port);
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
    Process started = launch(folder, name, line);
    process = identity(started, folder.log(name));
    awaitReady(started);
  }

  @Override
  public void close() {
    try {
      Termination.end(process, GRACE);
      TemporaryFiles.delete(folder.tmp().resolve(name(namespace)));
    } catch (InterruptedException e) {
      // It has been told to end, and ends with the stack at the latest.
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete what the control API has left", e);
    }
  }
}
