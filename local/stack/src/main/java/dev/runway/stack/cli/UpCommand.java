package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.supervisor.StackOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Starts the stack. */
@Command(
    name = "up",
    description = {
      "Starts broker, PostgreSQL, ZooKeeper, a Flink cluster, the control API and Runway's jobs on"
          + " loopback.",
      "Jobs go on from their newest savepoint or checkpoint. Returns when all is up; a supervisor"
          + " stays and brings back whatever dies."
    })
public final class UpCommand implements Callable<Integer> {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Option(
      names = "--port-base",
      paramLabel = "N",
      description = "First port to use; the others follow it. Default: the ports of the last time.")
  private @Nullable Integer portBase;

  @Option(names = "--no-jobs", description = "Starts the cluster without Runway's jobs.")
  private boolean noJobs;

  @Override
  public Integer call() throws Exception {
    Console console = Console.standard();
    StackFolder folder = runway.folder();
    StackStart start = new StackStart(runway.installation(), folder, console);
    if (start.running().isPresent()) {
      console.line("the stack is up already");
      if (portBase != null || noJobs) {
        console.line("its options stay: ./runway down, then up, for other ones");
      }
      start.otherBuild().ifPresent(console::line);
      addresses(console, start.running().get());
      return start.review() ? 0 : 1;
    }
    List<String> missing = new Preflight(runway.installation(), folder).missing();
    if (!missing.isEmpty()) {
      missing.forEach(line -> console.line("missing: " + line));
      return 1;
    }
    console.line("starting in " + folder.root());
    if (!start.start(options())) {
      return 1;
    }
    Optional<StackState> running = start.running();
    if (running.isPresent()) {
      addresses(console, running.get());
    }
    return start.review() ? 0 : 1;
  }

  private StackOptions options() {
    OptionalInt base = portBase == null ? OptionalInt.empty() : OptionalInt.of(portBase);
    return new StackOptions(base, !noJobs);
  }

  private void addresses(Console console, StackState state) throws IOException {
    Addresses.show(console, runway.folder(), state);
    console.line("  next         ./runway status, ./runway models, ./runway down");
  }
}
