package dev.runway.bench.loopfaults;

import dev.runway.stack.ComponentState;
import dev.runway.stack.ComponentState.Status;
import dev.runway.stack.StackClient;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.process.ProcessIdentity;
import java.io.IOException;
import java.time.Duration;

/** Kills processes of a stack that runs, and waits until its supervisor has them back. */
public final class StackFaults {
  private final StackFolder folder;
  private final Duration patience;

  /**
   * @param patience how long a process, or a job, may take to be back
   */
  public StackFaults(StackFolder folder, Duration patience) {
    this.folder = folder;
    this.patience = patience;
  }

  /**
   * What the supervisor says of a component.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public ComponentState component(String name) {
    return StackState.read(folder)
        .flatMap(state -> state.component(name))
        .orElseThrow(() -> new IllegalArgumentException("no component is called " + name));
  }

  /**
   * The living process of a component.
   *
   * @throws IllegalStateException if it has none now
   */
  public ProcessIdentity process(String component) {
    long pid = component(component).pid();
    return ProcessIdentity.of(pid)
        .orElseThrow(() -> new IllegalStateException(component + " has no process: pid " + pid));
  }

  /** {@code kill -9}, and no word before; returns when it is dead. */
  public ProcessIdentity kill(String component) throws IOException, InterruptedException {
    ProcessIdentity victim = process(component);
    kill(component, victim);
    return victim;
  }

  /** The same of a process that the supervisor does not keep. */
  public void kill(String name, ProcessIdentity victim) throws IOException, InterruptedException {
    ProcessHandle.of(victim.pid()).ifPresent(ProcessHandle::destroyForcibly);
    Patience.await(name + " is dead", patience, () -> !victim.alive(), () -> "it lives");
  }

  /** Waits until a killed component runs again, as another process. */
  public void awaitBack(String name, ProcessIdentity dead)
      throws IOException, InterruptedException {
    Patience.await(
        name + " is back after kill -9",
        patience,
        () -> {
          ComponentState now = component(name);
          return now.status() == Status.RUNNING && now.pid() != 0 && now.pid() != dead.pid();
        },
        () -> "it is " + component(name));
  }

  /** Waits until every task of a job runs, under whatever id it came back. */
  public void awaitRunning(String job) throws IOException, InterruptedException {
    StackClient client = StackClient.open(folder);
    Patience.await(
        "all tasks of " + job + " run",
        patience,
        () -> {
          String id = client.jobId(job).orElse("");
          return !id.isEmpty() && client.allTasksRun(id);
        },
        () -> lastSaid(client, job));
  }

  private static String lastSaid(StackClient client, String job) {
    try {
      String id = client.jobId(job).orElse("");
      return client.jobState(id) + ", last exception " + client.lastException(id);
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e.toString();
    }
  }
}
