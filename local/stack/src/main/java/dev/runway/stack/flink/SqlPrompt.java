package dev.runway.stack.flink;

import dev.runway.stack.Installation;
import dev.runway.stack.StackClient;
import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Flink's SQL client, or its gateway for tools, with Runway's tables and functions declared.
 *
 * <p>It runs its questions in its own JVM and not on the cluster: a query that goes wrong has been
 * seen to end a JobManager, and each would take slots from the jobs.
 */
public final class SqlPrompt {

  private static final String CLIENT = "org.apache.flink.table.client.SqlClient";
  private static final String GATEWAY = "dev.runway.gateway.SqlGatewayMain";
  private static final String READER = "runway_reader";

  private final Installation installation;
  private final StackClient client;
  private final FlinkJvm jvm;

  public SqlPrompt(Installation installation, StackClient client) {
    this.installation = installation;
    this.client = client;
    this.jvm = new FlinkJvm(installation, client.folder());
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
    Path conf = configuration("sql");
    Map<String, String> values = values();
    values.put("namespace", namespace);
    values.put("schema", namespace.replace('-', '_'));
    values.put("archive", archive(namespace));
    List<String> main =
        new ArrayList<>(List.of(CLIENT, "-i", declarations(conf, values).toString()));
    main.addAll(arguments);
    return run("sql", conf, main);
  }

  /**
   * Runs a gateway for tools in the foreground, on loopback.
   *
   * @param port where it listens
   * @param namespace of sessions that do not say {@code runway.namespace}
   * @return its exit code
   */
  public int serve(int port, String namespace) throws IOException, InterruptedException {
    Path conf = configuration("sql-gateway");
    Map<String, String> values = values();
    // Each session says which.
    values.put("namespace", "${namespace}");
    values.put("schema", "${schema}");
    values.put("archive", archive("${namespace}"));
    Path declarations = declarations(conf, values);
    return run(
        "sql-gateway",
        conf,
        List.of(GATEWAY, Integer.toString(port), declarations.toString(), namespace));
  }

  private int run(String log, Path conf, List<String> main)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(jvm.prompt(log, classPath(), main));
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

  private Path configuration(String name) throws IOException {
    Path conf = client.folder().conf().resolve(name);
    StackFolder.privateFolder(conf);
    Files.copy(
        installation.flinkConfiguration().resolve("sql.yaml"),
        conf.resolve("config.yaml"),
        StandardCopyOption.REPLACE_EXISTING);
    return conf;
  }

  /** The declarations, readable by the owner alone: the reader's password is among them. */
  private Path declarations(Path conf, Map<String, String> values) throws IOException {
    StringBuilder statements = new StringBuilder();
    for (String file : List.of("functions.sql", "topics.sql", "tables.sql", "archive.sql")) {
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

  private String archive(String namespace) {
    return "file://" + client.folder().archive(namespace);
  }

  private Map<String, String> values() throws IOException {
    Map<String, String> values = new HashMap<>();
    values.put("bootstrap", client.bootstrapServers());
    values.put("url", client.jdbcUrl());
    values.put("user", READER);
    values.put("password", client.password(READER));
    return values;
  }
}
