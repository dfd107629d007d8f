package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.model.Topic;
import dev.runway.stack.StackClient;
import dev.runway.stack.batch.BatchDays;
import dev.runway.stack.batch.MasterBatch;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Computes days again from the archive, and says where the stream saw them otherwise. */
@Command(
    name = "batch",
    description = {
      "Computes the windows of some days again from the archive, with the labels that came too late"
          + " for the stream, into the master tables; then prints where the two differ.",
      "Days are UTC. Run it as often as you like: the same archive gives the same rows. Windows"
          + " of which the archive is not complete, label horizon included, are left out.",
      "Exit code 0 when the run has ended well, whether or not anything differs."
    })
public final class BatchCommand implements Callable<Integer> {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--day",
      required = true,
      paramLabel = "DAY",
      description = "First day: 2026-11-01.")
  private LocalDate day = LocalDate.EPOCH;

  @Option(
      names = "--until",
      paramLabel = "DAY",
      description = "Last day; default: the first is the only one.")
  private @Nullable LocalDate until;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Whose archive: " + Topic.LIVE + " (default), or a replay's with --archive.")
  private String namespace = Topic.LIVE;

  @Option(
      names = "--all",
      description = "Prints every difference, those of segments and variants too.")
  private boolean all;

  @Override
  public Integer call() throws Exception {
    LocalDate last = until == null ? day : until;
    if (last.isBefore(day)) {
      throw new ParameterException(
          spec.commandLine(), "--until (" + last + ") must not be before --day (" + day + ")");
    }
    if (last.isAfter(LocalDate.now(ZoneOffset.UTC))) {
      throw new ParameterException(
          spec.commandLine(), last + " is in the future: a batch run is of days that have begun");
    }
    StackClient client = StackClient.open(runway.folder());
    new MasterBatch(client, namespace, new BatchDays(day, last), Console.standard()).run(all);
    return 0;
  }
}
