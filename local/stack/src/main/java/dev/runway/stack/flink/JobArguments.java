package dev.runway.stack.flink;

import dev.runway.model.Topic;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Program arguments every job of the stack gets: where the broker and the database are. */
public final class JobArguments {

  /** The role with which jobs write tables. */
  public static final String WRITER = "runway_writer";

  /** The database of result tables and registry. */
  public static final String DATABASE = "runway";

  /** Where groundtruth-join keeps its archive. */
  public static final String ARCHIVE = "--runway.archive.folder";

  /** How long rows may wait in the job's state before they become a file. */
  public static final String FLUSH_AFTER = "--runway.archive.flush-after";

  /** By what subjects are found again in it. */
  private static final String ENTITY_SECRET = "--runway.archive.entity-secret-file";

  /** Where embedding-stability keeps rotations. */
  static final String ROTATIONS = "--runway.embedding.artefact-folder";

  private static final String BOOTSTRAP = "--runway.kafka.bootstrap-servers";
  private static final String URL = "--runway.postgres.url";
  private static final Pattern BROKER = Pattern.compile("127\\.0\\.0\\.1:\\d+");
  private static final Pattern DATABASE_URL =
      Pattern.compile("jdbc:postgresql://127\\.0\\.0\\.1:\\d+/" + DATABASE);

  private JobArguments() {}

  /**
   * The arguments of one instance.
   *
   * @param more added behind, so that an option given there too overrides
   */
  public static List<String> of(
      StackFolder folder, Ports ports, JobCatalogue.Entry job, List<String> more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(BOOTSTRAP, bootstrapServers(ports)));
    arguments.addAll(List.of("--runway.namespace", Topic.LIVE));
    if (job.writesTables()) {
      arguments.addAll(List.of(URL, jdbcUrl(ports)));
      arguments.addAll(List.of("--runway.postgres.user", WRITER));
      Path password = folder.secrets().resolve(WRITER);
      arguments.addAll(List.of("--runway.postgres.password-file", password.toString()));
    }
    arguments.addAll(job.arguments());
    arguments.addAll(more);
    return arguments;
  }

  /** The arguments of a catalogued job on the live topics. */
  public static List<String> live(StackFolder folder, Ports ports, JobCatalogue.Entry job) {
    List<String> more =
        switch (job.keeps()) {
          case NONE -> List.of();
          // A file a minute, dataset and model; a day is 1,440 and not 40,000.
          case ARCHIVE -> archive(folder, Topic.LIVE, Duration.ofMinutes(1));
          case ROTATIONS ->
              List.of(ROTATIONS, FlinkConfiguration.address(folder.rotations(Topic.LIVE)));
        };
    return of(folder, ports, job, more);
  }

  /**
   * Has a groundtruth-join keep an archive in the stack's folder.
   *
   * @param flushAfter how long rows wait at most before they are in a file
   */
  public static List<String> archive(StackFolder folder, String namespace, Duration flushAfter) {
    return List.of(
        ARCHIVE,
        FlinkConfiguration.address(folder.archive(namespace)),
        FLUSH_AFTER,
        flushAfter.toString(),
        ENTITY_SECRET,
        EntitySecret.file(folder).toString());
  }

  /** The value that holds of an option, which is the last one given. */
  public static Optional<String> value(List<String> arguments, String option) {
    int place = arguments.lastIndexOf(option) + 1;
    return place > 0 && place < arguments.size()
        ? Optional.of(arguments.get(place))
        : Optional.empty();
  }

  /**
   * Arguments of an earlier start with the addresses of this one. Only the first of each option is
   * the stack's own; a later one is the client's and overrides it, wherever it points.
   */
  public static List<String> at(Ports ports, List<String> earlier) {
    List<String> arguments = new ArrayList<>(earlier);
    replaceFirst(arguments, BOOTSTRAP, BROKER, bootstrapServers(ports));
    replaceFirst(arguments, URL, DATABASE_URL, jdbcUrl(ports));
    return arguments;
  }

  private static void replaceFirst(
      List<String> arguments, String option, Pattern own, String address) {
    int value = arguments.indexOf(option) + 1;
    if (value > 0 && value < arguments.size() && own.matcher(arguments.get(value)).matches()) {
      arguments.set(value, address);
    }
  }

  public static String bootstrapServers(Ports ports) {
    return "127.0.0.1:" + ports.of(Ports.BROKER);
  }

  public static String jdbcUrl(Ports ports) {
    return "jdbc:postgresql://127.0.0.1:" + ports.of(Ports.POSTGRES) + "/" + DATABASE;
  }
}
