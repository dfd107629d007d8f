package dev.runway.bench;

import dev.runway.bench.loopfaults.LoopFaults;
import dev.runway.bench.loopfaults.Outcome;
import dev.runway.bench.loopfaults.Patience;
import dev.runway.bench.loopfaults.Plan;
import dev.runway.bench.loopfaults.StackFaults;
import dev.runway.demo.stage.Console;
import dev.runway.postgres.PostgresServer;
import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import dev.runway.stack.TemporaryFiles;
import dev.runway.stack.cli.LocalStage;
import dev.runway.stack.cli.StackStop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A day of retrains in which every process is killed. */
@Command(
    name = "loop-faults",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a stack of its own and lives through a day of 200 episodes of staleness twice: in"
          + " peace, and while TaskManagers, JobManager, broker, PostgreSQL and control API are"
          + " killed with kill -9. Each cause must be started exactly once, and ledger and tables"
          + " must be the same.",
      "Exit code 1 when anything differs."
    })
public final class LoopFaultsBench implements Callable<Integer> {
  private static final int SOMETHING_DIFFERS = 1;

  // Held here, for the log manager keeps loggers by weak references.
  private static final Logger MIGRATIONS = Logger.getLogger("org.flywaydb");

  @Option(names = "--ticks", defaultValue = "1440", description = "Default: ${DEFAULT-VALUE}.")
  private int ticks;

  @Option(names = "--episodes", defaultValue = "200", description = "Default: ${DEFAULT-VALUE}.")
  private int episodes;

  @Option(
      names = "--kills",
      defaultValue = "4",
      description = "How often each process is killed. Default: ${DEFAULT-VALUE}.")
  private int kills;

  @Option(names = "--seed", defaultValue = "20261128", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--folder",
      defaultValue = ".runway/bench",
      description =
          "Where loop-faults.md is written, and the stack is while it runs. Default:"
              + " ${DEFAULT-VALUE}.")
  private Path folder = Path.of(".");

  /** Runs it. */
  public static void main(String[] args) {
    MIGRATIONS.setLevel(Level.WARNING);
    System.exit(new CommandLine(new LoopFaultsBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Plan plan = Plan.of(seed, ticks, episodes, kills);
    Files.createDirectories(folder);
    StackFolder own =
        new StackFolder(Files.createTempDirectory(folder.toAbsolutePath(), "loop-faults-"));
    Installation installation = Installation.current();
    Console console = Console.standard();
    StackStop stop = new StackStop(installation, own, console);
    // Whatever ends this process, also Ctrl-C, ends the stack.
    Thread onExit = new Thread(() -> end(stop), "end-stack");
    Runtime.getRuntime().addShutdownHook(onExit);
    own.create();
    LocalStage stage = new LocalStage(installation, own, console);
    stage.ensureUp();
    Outcome outcome =
        new LoopFaults(stage, new StackFaults(own, Patience.LONG), plan, console::line).run();
    Files.writeString(folder.resolve("loop-faults.md"), outcome.table());
    System.out.println(outcome.table());
    // Its logs say why, where anything differs.
    boolean well = outcome.complaints().isEmpty();
    boolean stopped = stop.stop();
    if (stopped && well) {
      new PostgresServer(own.data().resolve("postgres"), own.root().resolve("programs"), 0)
          .remove();
      TemporaryFiles.delete(own.root());
    }
    if (stopped) {
      Runtime.getRuntime().removeShutdownHook(onExit);
    }
    return well && stopped ? 0 : SOMETHING_DIFFERS;
  }

  private static void end(StackStop stop) {
    try {
      stop.stop();
    } catch (IOException e) {
      System.err.println("the stack was not ended: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
