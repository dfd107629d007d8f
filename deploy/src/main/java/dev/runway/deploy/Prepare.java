package dev.runway.deploy;

import dev.runway.model.Topic;
import dev.runway.sql.MigrationFailed;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Makes what the jobs and the control API expect to find, topics in Kafka and tables in PostgreSQL,
 * and what Prometheus and Alertmanager read.
 */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    description = {
      "Makes topics and tables on servers of your own, and the files of Prometheus. All may be run as"
          + " often as one likes; topics and tables are to be run before the first start and before"
          + " each new release.",
      "Exit codes: 0 all is as it should be; 1 something is not; 2 it was asked wrongly."
    })
public final class Prepare {

  @Spec private CommandSpec spec = CommandSpec.create();

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command, for who runs it in this process. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Prepare());
    line.setExecutionExceptionHandler(
        (e, each, parsed) -> {
          each.getErr().println("prepare: " + reason(e));
          return 1;
        });
    return line;
  }

  @Command(
      name = "topics",
      mixinStandardHelpOptions = true,
      description = {
        "Creates the topics that are missing, and says how those that are there differ from what they"
            + " should be. It changes none: partitions cannot be taken back, and a shorter retention"
            + " deletes."
      })
  int topics(
      @Option(
              names = "--bootstrap-servers",
              required = true,
              paramLabel = "HOST:PORT,...",
              description = "Kafka brokers.")
          String bootstrapServers,
      @Option(
              names = "--properties-file",
              paramLabel = "FILE",
              description = "Further settings of the client, such as those of TLS and SASL.")
          @Nullable Path propertiesFile,
      @Option(
              names = "--namespace",
              defaultValue = Topic.LIVE,
              paramLabel = "NAME",
              description = "First part of every topic's name. Default: ${DEFAULT-VALUE}.")
          String namespace,
      @Option(
              names = "--partitions",
              defaultValue = "4",
              paramLabel = "N",
              description =
                  "Of topics that many subtasks read; where the order of all records counts it is one."
                      + " Default: ${DEFAULT-VALUE}.")
          int partitions,
      @Option(
              names = "--replicas",
              defaultValue = "3",
              paramLabel = "N",
              description = "Copies of each record. Default: ${DEFAULT-VALUE}.")
          short replicas)
      throws InterruptedException, ExecutionException {
    if (partitions < 1 || replicas < 1) {
      throw new ParameterException(spec.commandLine(), "partitions and replicas are at least 1");
    }
    Topics topics = new Topics(bootstrapServers, properties(propertiesFile));
    int created = topics.create(namespace, partitions, replicas);
    List<String> differences = topics.differences(namespace);
    PrintWriter out = spec.commandLine().getOut();
    out.println(created + " of " + Topic.values().length + " topics created");
    differences.forEach(out::println);
    return differences.isEmpty() ? 0 : 1;
  }

  @Command(
      name = "tables",
      mixinStandardHelpOptions = true,
      description = {
        "Makes the roles, the schema, and whatever tables and views are missing, and sets the roles'"
            + " passwords.",
        "The folder has a file for each role, which holds its password: runway_owner, runway_writer,"
            + " runway_reader, runway_api."
      })
  int tables(
      @Option(
              names = "--url",
              required = true,
              paramLabel = "JDBC",
              description =
                  "Address of the database, without user and password; beyond the own machine with"
                      + " ?sslmode=verify-full&channelBinding=require.")
          String url,
      @Option(
              names = "--admin",
              defaultValue = "postgres",
              paramLabel = "ROLE",
              description = "Role that may make roles and schemas. Default: ${DEFAULT-VALUE}.")
          String admin,
      @Option(
              names = "--admin-password-file",
              required = true,
              paramLabel = "FILE",
              description = "File with its password.")
          Path adminPasswordFile,
      @Option(
              names = "--passwords",
              required = true,
              paramLabel = "FOLDER",
              description = "Folder with the roles' passwords.")
          Path passwords,
      @Option(
              names = "--schema",
              defaultValue = Migrations.SCHEMA,
              paramLabel = "NAME",
              description = "Schema of the tables. Default: ${DEFAULT-VALUE}.")
          String schema) {
    int applied =
        Migrations.migrate(
            url,
            admin,
            password(adminPasswordFile),
            schema,
            RolePasswords.from(role -> password(passwords.resolve(role))));
    spec.commandLine().getOut().println(applied + " migrations applied to schema " + schema);
    return 0;
  }

  @Command(
      name = "prometheus",
      mixinStandardHelpOptions = true,
      description = {
        "Writes the configuration of Prometheus and Alertmanager, with Runway's rules, for an"
            + " installation.",
        "With --minute PT1S everything that takes minutes takes seconds: for a drill in which one"
            + " breaks something and sees that the alert arrives. Never for production: rules look"
            + " back too shortly then."
      })
  int prometheus(
      @Option(
              names = "--folder",
              required = true,
              paramLabel = "FOLDER",
              description = "Where to; files of the same names are written over.")
          Path folder,
      @Option(
              names = "--namespace",
              defaultValue = Topic.LIVE,
              paramLabel = "NAME",
              description = "Namespace of the jobs. Default: ${DEFAULT-VALUE}.")
          String namespace,
      @Option(
              names = "--jobs",
              split = ",",
              defaultValue =
                  "groundtruth-join,drift-monitor,retrain-trigger,embedding-stability,result-tables",
              paramLabel = "JOB,...",
              description = "Jobs that run, and are missed when they do not. Default: all five.")
          List<String> jobs,
      @Option(
              names = "--flink",
              split = ",",
              paramLabel = "HOST:PORT,...",
              description = "Metrics of each JobManager and TaskManager.")
          @Nullable List<String> flink,
      @Option(
              names = "--control-api",
              split = ",",
              paramLabel = "HOST:PORT,...",
              description = "Each instance of the control API.")
          @Nullable List<String> controlApi,
      @Option(
              names = "--alertmanager",
              split = ",",
              paramLabel = "HOST:PORT,...",
              description = "Each instance of Alertmanager.")
          @Nullable List<String> alertmanager,
      @Option(names = "--webhook", paramLabel = "URL", description = "Whom Alertmanager tells.")
          @Nullable String webhook,
      @Option(
              names = "--runbooks",
              defaultValue = "",
              paramLabel = "URL/",
              description =
                  "Where docs/ is for whoever is on call, such as"
                      + " https://git.example/runway/blob/main/. Without it links are relative.")
          String runbooks,
      @Option(
              names = "--minute",
              defaultValue = "PT1M",
              paramLabel = "DURATION",
              description = "How long a minute of the rules takes. Default: ${DEFAULT-VALUE}.")
          Duration minute)
      throws IOException {
    AlertFiles files;
    try {
      files =
          new AlertFiles(
              namespace,
              jobs,
              orNone(flink),
              orNone(controlApi),
              orNone(alertmanager),
              webhook,
              runbooks,
              minute);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    files.write(folder);
    spec.commandLine().getOut().println(files.texts().size() + " files written to " + folder);
    return 0;
  }

  private static List<String> orNone(@Nullable List<String> given) {
    return given == null ? List.of() : given;
  }

  private static Properties properties(@Nullable Path file) {
    Properties properties = new Properties();
    if (file != null) {
      try (InputStream in = Files.newInputStream(file)) {
        properties.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file, e);
      }
    }
    return properties;
  }

  private static String password(Path file) {
    try {
      String password = Files.readString(file).strip();
      if (password.isEmpty()) {
        throw new IllegalArgumentException(file + " is empty");
      }
      return password;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The message that says what is wrong; a failed future hides it in its cause. */
  private static String reason(Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    return cause instanceof MigrationFailed || cause.getCause() == null
        ? String.valueOf(cause.getMessage())
        : cause.getMessage() + ": " + cause.getCause().getMessage();
  }
}
