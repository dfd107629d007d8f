package dev.runway.stack.cli;

import dev.runway.demo.stage.Console;
import dev.runway.model.Topic;
import dev.runway.stack.StackClient;
import dev.runway.stack.batch.BatchDays;
import dev.runway.stack.batch.MasterBatch;
import java.time.InstantSource;
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
    aliases = "batch-join",
    description = {
      "Computes the windows of some days again from the archive, with the labels that came too late"
          + " for the stream, into the master tables; then prints where the two differ.",
      "Days are UTC. Run it as often as you like: the same archive gives the same rows. Windows"
          + " of which the archive is not complete, label horizon included, are left out.",
      "--due takes the days whose windows are all final and that no run has given yet, and those of"
          + " which a label came too late for the stream since; a schedule asks for that once a day.",
      "Exit code 0 when the run has ended well, whether or not anything differs or was due."
    })
public final class BatchCommand implements Callable<Integer> {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--day", paramLabel = "DAY", description = "First day: 2026-11-01.")
  private @Nullable LocalDate day;

  @Option(names = "--due", description = "The days that are due, in place of --day.")
  private boolean due;

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

  private final InstantSource clock = InstantSource.system();

  @Override
  public Integer call() throws Exception {
    BatchDays days = days();
    MasterBatch batch =
        new MasterBatch(StackClient.open(runway.folder()), namespace, clock, Console.standard());
    if (days == null) {
      batch.runDue(all);
    } else {
      batch.run(days, all);
    }
    return 0;
  }

  /** What was asked for; null for what is due. */
  private @Nullable BatchDays days() {
    if (due == (day != null)) {
      throw refused("give --day, or --due for the days that are due");
    }
    if (day == null) {
      if (until != null) {
        throw refused("--until is the last day behind --day: --due finds its days itself");
      }
      return null;
    }
    LocalDate last = until == null ? day : until;
    if (last.isBefore(day)) {
      throw refused("--until (" + last + ") must not be before --day (" + day + ")");
    }
    if (last.isAfter(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))) {
      throw refused(last + " is in the future: a batch run is of days that have begun");
    }
    return new BatchDays(day, last);
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
