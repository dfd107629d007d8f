package dev.runway.stack.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Unmatched;

/** Runs every test. */
@Command(
    name = "test",
    description =
        "Builds everything and runs every test: ./mvnw verify. Further arguments go to Maven."
            + " With --vectors FILE: only checks the metrics against the reference vectors in FILE"
            + " and prints for each whether it passed, failed and by how much, or is of a metric"
            + " that is not implemented.")
public final class TestCommand implements Callable<Integer> {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Parameters(paramLabel = "ARG", description = "For example -pl local/stack -am.")
  private List<String> arguments = new ArrayList<>();

  @Unmatched private List<String> options = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(runway.installation().home().resolve("mvnw").toString());
    command.add("verify");
    command.addAll(options);
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .directory(runway.installation().home().toFile())
        .inheritIO()
        .start()
        .waitFor();
  }
}
