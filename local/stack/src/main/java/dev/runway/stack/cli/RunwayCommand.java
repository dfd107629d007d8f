package dev.runway.stack.cli;

import dev.runway.backtest.BacktestCommand;
import dev.runway.backtest.ReaderTables;
import dev.runway.backtest.SimulateCommand;
import dev.runway.cli.LocalApi;
import dev.runway.cli.Verbs;
import dev.runway.demo.DemoCommand;
import dev.runway.demo.DropCommand;
import dev.runway.demo.ReplayCommand;
import dev.runway.demo.embedding.EmbeddingsCommand;
import dev.runway.demo.stage.Console;
import dev.runway.demo.stage.LoopStage;
import dev.runway.profile.ProfileCommand;
import dev.runway.profile.RescoreCommand;
import dev.runway.sql.RolePasswords;
import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.StackClient;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.why.DecisionTable;
import dev.runway.why.WhyCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code runway}; every verb is a class of its own in this package. */
@Command(
    name = "runway",
    description = "Streaming model-lifecycle health on Apache Flink.",
    synopsisSubcommandLabel = "VERB",
    mixinStandardHelpOptions = true,
    version = "Runway 0.1.0",
    subcommands = {
      UpCommand.class,
      StatusCommand.class,
      SqlCommand.class,
      SqlGatewayCommand.class,
      SendCommand.class,
      BatchCommand.class,
      ArchiveCommand.class,
      ForgetCommand.class,
      LogsCommand.class,
      DoctorCommand.class,
      DownCommand.class,
      ResetCommand.class,
      TestCommand.class,
      BenchCommand.class
    })
public final class RunwayCommand {

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Where the stack keeps everything it owns. Default: .runway in the checkout.")
  private @Nullable Path folder;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Shows where in the code an error happened; so does RUNWAY_DEBUG=1.")
  private boolean debug;

  private final Installation installation = Installation.current();

  // Held here, for the log manager keeps loggers by weak references.
  private static final Logger MIGRATIONS = Logger.getLogger("org.flywaydb");

  public static void main(String[] arguments) {
    MIGRATIONS.setLevel(Level.WARNING);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    RunwayCommand runway = new RunwayCommand();
    CommandLine commands = new CommandLine(runway);
    commands.addSubcommand(new DemoCommand(() -> runway.stage(Console.standard()), System.out));
    commands.addSubcommand(
        new EmbeddingsCommand(
            () -> runway.stage(Console.standard()), InstantSource.system(), System.out));
    // Its standard output is the summary alone, whatever starts before.
    commands.addSubcommand(
        new ReplayCommand(() -> runway.stage(Console.onErrorStream()), System.out, System.err));
    commands.addSubcommand(new DropCommand(() -> runway.stage(Console.standard()), System.out));
    commands.addSubcommand(
        new ProfileCommand(
            () -> StackClient.open(runway.folder()).bootstrapServers(), System.out, System.err));
    commands.addSubcommand(
        new RescoreCommand(
            () -> StackClient.open(runway.folder()).bootstrapServers(),
            runway::database,
            System.out));
    commands.addSubcommand(new WhyCommand(runway::decisions, System.out));
    commands.addSubcommand(new BacktestCommand(runway::tables, System.out));
    commands.addSubcommand("simulate", SimulateCommand.over(runway::tables, System.out));
    Verbs.addTo(commands, System.getenv(), runway::controlApi);
    commands.addSubcommand("completion", new AutoComplete.GenerateCompletion());
    commands.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          command.getErr().println("runway: " + Explanation.of(exception));
          if (runway.debug || System.getenv("RUNWAY_DEBUG") != null) {
            exception.printStackTrace(command.getErr());
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    // Every verb answers --help; one whose --version is a model's brings its own.
    commands.getSubcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(verb -> verb.findOption("--help") == null)
        .forEach(verb -> verb.mixinStandardHelpOptions(true));
    return commands;
  }

  private LoopStage stage(Console console) {
    return new LocalStage(installation, folder(), console);
  }

  /** The stack's database, for whoever reads. */
  private RescoreCommand.Database database() {
    StackClient stack = StackClient.open(folder());
    try {
      return new RescoreCommand.Database(
          stack.jdbcUrl(), RolePasswords.READER, stack.password(RolePasswords.READER));
    } catch (IOException e) {
      throw new UncheckedIOException("no password of " + RolePasswords.READER, e);
    }
  }

  private DecisionTable decisions(String schema) {
    StackClient client = StackClient.open(folder());
    try {
      String password = client.password(RolePasswords.READER);
      return new DecisionTable(client.jdbcUrl(), schema, RolePasswords.READER, password);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the password of the tables' reader", e);
    }
  }

  /** The tables of a schema, as their readers see them. */
  private ReaderTables tables(String schema) {
    StackClient client = StackClient.open(folder());
    try {
      String password = client.password(RolePasswords.READER);
      return new ReaderTables(client.jdbcUrl(), schema, RolePasswords.READER, password);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the password of the tables' reader", e);
    }
  }

  /** The control API of the stack, if that is up. */
  private Optional<LocalApi> controlApi() {
    Ports ports =
        StackState.read(folder())
            .filter(StackState::supervisorAlive)
            .map(StackState::ports)
            .orElse(null);
    return ports == null || !ports.has(Ports.CONTROL)
        ? Optional.empty()
        : Optional.of(new LocalApi(URI.create(Addresses.control(ports)), folder().controlToken()));
  }

  public Installation installation() {
    return installation;
  }

  public StackFolder folder() {
    return folder == null ? installation.defaultFolder() : new StackFolder(folder);
  }
}
