package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.stack.ComponentState;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.StackState.Phase;
import dev.runway.stack.flink.JobCatalogue;
import dev.runway.stack.supervisor.OrphanStop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Says what is wrong. */
@Command(
    name = "doctor",
    description = {
      "Checks the machine, the build and a running stack, and says what to do about each finding.",
      "Exit code 0 when nothing is wrong."
    })
public final class DoctorCommand implements Callable<Integer> {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Override
  public Integer call() throws Exception {
    Console console = Console.standard();
    StackFolder folder = runway.folder();
    Optional<StackState> state = StackState.read(folder);
    boolean up = state.filter(StackState::supervisorAlive).isPresent();
    List<String> findings = new ArrayList<>();
    if (!up) {
      // A running stack has taken the memory the check asks for.
      new Preflight(runway.installation(), folder)
          .missing()
          .forEach(line -> findings.add("missing: " + line));
    }
    jars(findings);
    if (up) {
      state.ifPresent(running -> components(running, findings));
    } else {
      leftovers(folder, state, findings);
    }
    findings.forEach(console::line);
    console.line(
        findings.isEmpty()
            ? "nothing is wrong" + (up ? "; the stack is up" : "; no stack is up")
            : findings.size() + " findings");
    return findings.isEmpty() ? 0 : 1;
  }

  private void jars(List<String> findings) {
    for (JobCatalogue.Entry entry : JobCatalogue.entries()) {
      if (runway.installation().jobJar(entry.name()).isEmpty()) {
        findings.add(
            "the jar of job " + entry.name() + " is not built: ./mvnw -DskipTests package");
      }
    }
  }

  private static void components(StackState state, List<String> findings) {
    for (ComponentState component : state.components()) {
      if (!component.up()) {
        findings.add(
            component.name()
                + " is "
                + component.status()
                + (component.lastError() == null ? "" : " (" + component.lastError() + ")")
                + ": ./runway logs "
                + component.name());
      } else if (component.restarts() > 0) {
        findings.add(
            component.name()
                + " was brought back "
                + component.restarts()
                + " times, last because: "
                + component.lastError());
      }
    }
  }

  private static void leftovers(
      StackFolder folder, Optional<StackState> state, List<String> findings) {
    if (OrphanStop.needed(folder)) {
      findings.add(
          "processes of a killed supervisor run: ./runway up takes them over, ./runway down ends them");
    }
    state
        .filter(last -> last.phase() == Phase.FAILED)
        .map(StackState::failure)
        .ifPresent(failure -> findings.add("the last run ended with: " + failure));
  }
}
