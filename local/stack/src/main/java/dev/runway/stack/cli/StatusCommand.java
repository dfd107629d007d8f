package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.stack.ComponentState;
import dev.runway.stack.StackClient;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.StackState.Phase;
import dev.runway.stack.flink.FlinkRest;
import dev.runway.stack.process.ProcessTree;
import dev.runway.stack.supervisor.NamespaceControl;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Shows what runs. */
@Command(
    name = "status",
    description = {
      "Shows every component with state, process, port, restarts and memory, and every job.",
      "Exit code 0 when all is up, 1 when something is not, 3 when no stack runs."
    })
public final class StatusCommand implements Callable<Integer> {

  private static final int NOT_RUNNING = 3;
  private static final String LINE = "%-28s %-10s %8s %6s %9s %10s  %s";

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Override
  public Integer call() throws Exception {
    StackFolder folder = runway.folder();
    Console console = Console.standard();
    Optional<StackState> found = StackState.read(folder);
    if (found.isEmpty() || !found.get().supervisorAlive()) {
      console.line("no stack runs in " + folder.root());
      found
          .map(StackState::phase)
          .filter(Phase.RUNNING::equals)
          .ifPresent(
              phase ->
                  console.line(
                      "its supervisor is gone without a goodbye: ./runway up takes over, ./runway down cleans up"));
      return NOT_RUNNING;
    }
    StackState state = found.get();
    console.line(state.phase() + "  supervisor " + state.supervisor().pid() + "  " + folder.root());
    long total = components(console, state) + namespaces(console, folder);
    console.line(String.format(Locale.ROOT, "%-28s %50s MiB", "in all", total / 1024));
    if (state.phase() == Phase.RUNNING) {
      jobs(console, StackClient.open(folder));
    }
    Addresses.show(console, folder, state);
    boolean good =
        state.phase() == Phase.RUNNING && state.components().stream().allMatch(ComponentState::up);
    return good ? 0 : 1;
  }

  /** What a demo has left runs beside the components, and nobody brings it back. */
  private static long namespaces(Console console, StackFolder folder) throws IOException {
    long total = 0;
    for (NamespaceControl.Running running : NamespaceControl.running(folder)) {
      long memory = ProcessTree.memoryKib(running.pid());
      total += memory;
      console.line(
          String.format(
              Locale.ROOT,
              LINE,
              running.component(),
              "running",
              running.pid(),
              running.address().getPort(),
              "",
              mib(memory),
              ""));
    }
    return total;
  }

  private static long components(Console console, StackState state) {
    console.line(
        String.format(
            Locale.ROOT, LINE, "component", "state", "pid", "port", "restarts", "memory", ""));
    long supervisor = ProcessTree.memoryOfOneKib(state.supervisor().pid());
    console.line(
        String.format(
            Locale.ROOT,
            LINE,
            "supervisor",
            "running",
            state.supervisor().pid(),
            "",
            "",
            mib(supervisor),
            ""));
    long total = supervisor;
    for (ComponentState component : state.components()) {
      long memory = component.pid() == 0 ? 0 : ProcessTree.memoryKib(component.pid());
      total += memory;
      console.line(
          String.format(
              Locale.ROOT,
              LINE,
              component.name(),
              component.status().name().toLowerCase(Locale.ROOT),
              blankZero(component.pid()),
              blankZero(component.port()),
              component.restarts(),
              memory == 0 ? "" : mib(memory),
              words(component)));
    }
    return total;
  }

  private static void jobs(Console console, StackClient client) throws InterruptedException {
    String format = "%-28s %-10s %-34s %s";
    try {
      if (client.jobs().isEmpty()) {
        console.line("no jobs");
        return;
      }
      console.line("");
      console.line(String.format(Locale.ROOT, format, "job", "state", "id", "last checkpoint"));
      for (FlinkRest.Job job : client.jobs()) {
        console.line(
            String.format(
                Locale.ROOT,
                format,
                job.name(),
                job.state().toLowerCase(Locale.ROOT),
                job.id(),
                checkpoint(client, job)));
      }
    } catch (IOException e) {
      console.line("jobs are not known now: " + e.getMessage());
    }
  }

  private static String checkpoint(StackClient client, FlinkRest.Job job)
      throws IOException, InterruptedException {
    return client
        .lastCheckpoint(job.id())
        .map(
            checkpoint ->
                String.format(
                    Locale.ROOT,
                    "%.1f s ago (%d)",
                    (System.currentTimeMillis() - checkpoint.completedAtMillis()) / 1000.0,
                    checkpoint.id()))
        .orElse("none in this run");
  }

  private static String words(ComponentState component) {
    StringBuilder words = new StringBuilder();
    if (component.detail() != null) {
      words.append(component.detail());
    }
    if (component.lastError() != null) {
      words
          .append(words.isEmpty() ? "" : "; ")
          .append("last error: ")
          .append(component.lastError());
    }
    return words.toString();
  }

  private static String blankZero(long number) {
    return number == 0 ? "" : Long.toString(number);
  }

  private static String mib(long kib) {
    return kib / 1024 + " MiB";
  }
}
