package dev.runway.stack.supervisor;

import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.flink.JobOperations;
import dev.runway.stack.process.MarkedProcesses;
import java.util.List;

/** Ends what a killed supervisor left running, in the same order as the supervisor would have. */
public final class OrphanStop {

  private final Installation installation;
  private final StackFolder folder;

  public OrphanStop(Installation installation, StackFolder folder) {
    this.installation = installation;
    this.folder = folder;
  }

  /** Whether processes of a stack live that no supervisor watches. */
  public static boolean needed(StackFolder folder) {
    return !MarkedProcesses.find(folder.marks()).isEmpty();
  }

  public void run() throws InterruptedException {
    StateBoard board = new StateBoard(folder, installation.home());
    Ports ports = StackState.read(folder).map(StackState::ports).orElse(null);
    if (ports == null) {
      throw new IllegalStateException("the state file names no ports; end the processes by hand");
    }
    board.ports(ports);
    Cluster cluster = new Cluster(installation, folder, ports);
    List<ComponentRunner> runners =
        cluster.components().stream()
            .map(component -> new ComponentRunner(component, folder, board))
            .toList();
    cluster.components().forEach(component -> board.declare(component.name(), component.port()));
    JobOperations operations = new JobOperations(installation, folder, cluster.rest());
    new Shutdown(folder, board, cluster.rest(), operations, runners).run();
  }
}
