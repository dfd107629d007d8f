package dev.runway.stack.flink;

import dev.runway.model.Topic;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Program arguments every job of the stack gets: where the broker and the database are. */
public final class JobArguments {

  /** The role with which jobs write tables. */
  public static final String WRITER = "runway_writer";

  /** The database of result tables and registry. */
  public static final String DATABASE = "runway";

  private JobArguments() {}

  /**
   * The arguments of one instance.
   *
   * @param more added behind, so that an option given there too overrides
   */
  public static List<String> of(
      StackFolder folder, Ports ports, JobCatalogue.Entry job, List<String> more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--runway.kafka.bootstrap-servers", bootstrapServers(ports)));
    arguments.addAll(List.of("--runway.namespace", Topic.LIVE));
    if (job.writesTables()) {
      arguments.addAll(List.of("--runway.postgres.url", jdbcUrl(ports)));
      arguments.addAll(List.of("--runway.postgres.user", WRITER));
      Path password = folder.secrets().resolve(WRITER);
      arguments.addAll(List.of("--runway.postgres.password-file", password.toString()));
    }
    arguments.addAll(job.arguments());
    arguments.addAll(more);
    return arguments;
  }

  public static String bootstrapServers(Ports ports) {
    return "127.0.0.1:" + ports.of(Ports.BROKER);
  }

  public static String jdbcUrl(Ports ports) {
    return "jdbc:postgresql://127.0.0.1:" + ports.of(Ports.POSTGRES) + "/" + DATABASE;
  }
}
