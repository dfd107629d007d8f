package dev.runway.stack.flink;

import dev.runway.stack.Installation;
import dev.runway.stack.StackClient;
import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Flink's SQL client with Runway's tables declared.
 *
 * <p>It runs its questions in its own JVM and not on the cluster: a query that goes wrong has been
 * seen to end a JobManager, and each would take slots from the jobs.
 */
public final class SqlPrompt {

  private static final String MAIN = "org.apache.flink.table.client.SqlClient";
  private static final String READER = "runway_reader";

  private final Installation installation;
  private final StackClient client;
  private final FlinkJvm jvm;
  private final Path conf;

  public SqlPrompt(Installation installation, StackClient client) {
    this.installation = installation;
    this.client = client;
    this.jvm = new FlinkJvm(installation, client.folder());
    this.conf = client.folder().conf().resolve("sql");
  }

  /**
   * Runs the client in the foreground.
   *
   * @param namespace first part of the topics' names; its schema has underscores for dashes
   * @param arguments further arguments of the client, such as {@code -f FILE}
   * @return the client's exit code
   */
  public int open(String namespace, List<String> arguments)
      throws IOException, InterruptedException {
    StackFolder.privateFolder(conf);
    Files.copy(
        installation.flinkConfiguration().resolve("sql.yaml"),
        conf.resolve("config.yaml"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Path init = writeTables(namespace);
    List<String> main = new ArrayList<>(List.of(MAIN, "-i", init.toString()));
    main.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(jvm.prompt(classPath(), main));
    builder.environment().putAll(jvm.environment());
    builder.environment().put("FLINK_CONF_DIR", conf.toString());
    Process process = builder.inheritIO().start();
    Thread onExit = new Thread(process::destroy, "end-sql");
    Runtime.getRuntime().addShutdownHook(onExit);
    return process.waitFor();
  }

  private String classPath() {
    return installation.flinkLib()
        + "/*:"
        + installation.flinkDistribution().resolve("opt/sql")
        + "/*";
  }

  /** The declarations, readable by the owner alone: the reader's password is among them. */
  private Path writeTables(String namespace) throws IOException {
    StringBuilder statements = new StringBuilder();
    Map<String, String> values = values(namespace);
    for (String file : List.of("topics.sql", "tables.sql")) {
      String template =
          Files.readString(installation.home().resolve("sql/flink/ddl").resolve(file));
      statements.append(Template.fill(template, values, "--")).append('\n');
    }
    Path init = conf.resolve("init.sql");
    Files.deleteIfExists(init);
    Files.createFile(
        init, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(init, statements);
  }

  private Map<String, String> values(String namespace) throws IOException {
    Map<String, String> values = new HashMap<>();
    values.put("bootstrap", client.bootstrapServers());
    values.put("namespace", namespace);
    values.put("url", client.jdbcUrl());
    values.put("schema", namespace.replace('-', '_'));
    values.put("user", READER);
    values.put("password", client.password(READER));
    return values;
  }
}
