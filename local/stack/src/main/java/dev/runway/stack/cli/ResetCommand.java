package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.postgres.PostgresServer;
import dev.runway.stack.StackFolder;
import dev.runway.stack.TemporaryFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Ends the stack and forgets everything. */
@Command(
    name = "reset",
    description = {
      "Ends the stack and deletes its folder: topics, tables, archive, checkpoints, savepoints, logs."
    })
public final class ResetCommand implements Callable<Integer> {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  @Override
  public Integer call() throws Exception {
    StackFolder folder = runway.folder();
    Console console = Console.standard();
    if (Files.exists(folder.root()) && !folder.isStack()) {
      console.line("nothing was deleted: no stack made " + folder.root());
      return 1;
    }
    if (!yes && !confirmed(folder)) {
      console.line("nothing was deleted; --yes deletes without asking");
      return 1;
    }
    if (!new StackStop(runway.installation(), folder, console).stop()) {
      console.line("nothing was deleted: processes are left");
      return 1;
    }
    // First, for the place of root's PostgreSQL is found by the folder's name.
    new PostgresServer(folder.data().resolve("postgres"), folder.root().resolve("programs"), 0)
        .remove();
    TemporaryFiles.delete(folder.root());
    console.line("deleted " + folder.root());
    return 0;
  }

  private static boolean confirmed(StackFolder folder) throws IOException {
    if (!Console.isTerminal(0)) {
      return false;
    }
    System.out.print("delete everything in " + folder.root() + "? [yes/no] ");
    System.out.flush();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    return "yes".equals(in.readLine());
  }
}
