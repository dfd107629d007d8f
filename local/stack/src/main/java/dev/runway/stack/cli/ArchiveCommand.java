package dev.runway.stack.cli;

import dev.runway.model.Topic;
import dev.runway.stack.flink.ArchiveTool;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Keeps archives in order. */
@Command(
    name = "archive",
    synopsisSubcommandLabel = "compact | retain | check",
    description = {
      "Keeps the archive in order: merges small files, drops old days, says what is there. The stack"
          + " may be up or down; what is cut short is finished by the next run.",
      "A schedule runs compact and retain once a day, see docs/archive.md."
    },
    subcommands = {
      ArchiveCommand.Compact.class,
      ArchiveCommand.Retain.class,
      ArchiveCommand.Check.class
    })
public final class ArchiveCommand implements Runnable {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say compact, retain or check");
  }

  private int run(String namespace, String verb, String... more) throws Exception {
    return new ArchiveTool(runway.installation(), runway.folder())
        .run(namespace, verb, List.of(more));
  }

  /** Makes one file of many. */
  @Command(
      name = "compact",
      mixinStandardHelpOptions = true,
      description = {
        "Merges the small files of each dataset, day and model in whose folder nothing was written"
            + " for some time. Rows stay as they are, and none is deleted."
      })
  static final class Compact implements Callable<Integer> {
    @ParentCommand private ArchiveCommand archive = new ArchiveCommand();

    @Option(
        names = "--namespace",
        paramLabel = "NAME",
        description = "Whose archive; default: " + Topic.LIVE + ".")
    private String namespace = Topic.LIVE;

    @Option(
        names = "--quiet-for",
        paramLabel = "DURATION",
        description = "How long nothing was written; default: ${DEFAULT-VALUE}.")
    private String quietFor = "PT48H";

    @Override
    public Integer call() throws Exception {
      return archive.run(namespace, "compact", "--quiet-for", quietFor);
    }
  }

  /** Drops old days. */
  @Command(
      name = "retain",
      mixinStandardHelpOptions = true,
      description = {
        "Drops days that are older, of all datasets. Batch runs leave out what needs them, from then"
            + " on; what they have said stays in the tables."
      })
  static final class Retain implements Callable<Integer> {
    @ParentCommand private ArchiveCommand archive = new ArchiveCommand();

    @Option(
        names = "--namespace",
        paramLabel = "NAME",
        description = "Whose archive; default: " + Topic.LIVE + ".")
    private String namespace = Topic.LIVE;

    @Option(
        names = "--days",
        paramLabel = "DAYS",
        description = "Days before today (UTC) that stay; default: ${DEFAULT-VALUE}.")
    private int days = 90;

    @Override
    public Integer call() throws Exception {
      return archive.run(namespace, "retain", "--days", Integer.toString(days));
    }
  }

  /** Says what is there. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Reads the footers of all files and changes nothing. Exit code 1 when a file is broken, or a"
            + " merging or dropping was cut short."
      })
  static final class Check implements Callable<Integer> {
    @ParentCommand private ArchiveCommand archive = new ArchiveCommand();

    @Option(
        names = "--namespace",
        paramLabel = "NAME",
        description = "Whose archive; default: " + Topic.LIVE + ".")
    private String namespace = Topic.LIVE;

    @Override
    public Integer call() throws Exception {
      return archive.run(namespace, "check");
    }
  }
}
