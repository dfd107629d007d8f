package dev.runway.backtest;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what would come of something that nobody has done yet. */
@Command(
    name = "simulate",
    description = "Says what would come of something before it is done: upstream-release.")
public final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  private SimulateCommand() {}

  /**
   * The command with all that it simulates.
   *
   * @param tables of a schema; asked once, when the command runs
   */
  public static CommandLine over(Function<String, ReaderTables> tables, PrintStream out) {
    CommandLine simulate = new CommandLine(new SimulateCommand());
    simulate.addSubcommand(new UpstreamReleaseCommand(tables, out));
    return simulate;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "say what: upstream-release MODEL");
  }
}
