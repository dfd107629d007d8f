package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.stack.StackFolder;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Ends the stack. */
@Command(
    name = "down",
    description = {
      "Stops the jobs with a savepoint, then ends every process and checks that none is left.",
      "The next `up` goes on from that savepoint. Exit code 0 when nothing is left running."
    })
public final class DownCommand implements Callable<Integer> {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Override
  public Integer call() throws Exception {
    StackFolder folder = runway.folder();
    Console console = Console.standard();
    return new StackStop(runway.installation(), folder, console).stop() ? 0 : 1;
  }
}
