package dev.runway.stack.flink;

import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Command lines of JVMs that run classes of the Flink distribution. */
public final class FlinkJvm {

  private static final String COMPONENT = "-Drunway.component=";
  private static final String PROMPT = "sql";

  /** Argument of clients that belong to a person and not to the stack. */
  public static final String PROMPT_MARK = COMPONENT + PROMPT;

  private static final String CLIENTS = "clients";

  private final Installation installation;
  private final StackFolder folder;
  private final FlinkConfiguration configuration;

  public FlinkJvm(Installation installation, StackFolder folder) {
    this.installation = installation;
    this.folder = folder;
    this.configuration = new FlinkConfiguration(folder);
  }

  public FlinkConfiguration configuration() {
    return configuration;
  }

  /** The JDK this launcher runs on; every component uses the same. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * A long-lived process.
   *
   * @param component names its log file
   * @param options heap and collector options
   * @param main main class and its arguments
   */
  public List<String> server(String component, List<String> options, List<String> main)
      throws IOException {
    List<String> command = start(component, component, options, "log4j.properties");
    command.add("-Dlog.file=" + folder.log(component));
    command.add("-Drunway.configuration=" + configuration.hash());
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.addAll(classPathAndMain(main));
    return command;
  }

  /**
   * What runs queries itself, for a person or for a person's tools.
   *
   * @param log names its log file
   */
  List<String> prompt(String log, String classPath, List<String> main) throws IOException {
    StackFolder.privateFolder(folder.tmp().resolve(CLIENTS));
    List<String> options = List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=512m");
    List<String> command = start(PROMPT, CLIENTS, options, "log4j-client.properties");
    command.add("-Dlog.file=" + folder.log(log));
    command.addAll(List.of("-cp", classPath));
    command.addAll(main);
    return command;
  }

  /** A short-lived client call: compiled lightly so that it starts fast. */
  public List<String> client(String name, List<String> main) throws IOException {
    return client(name, installation.flinkLib() + "/*", main);
  }

  List<String> client(String name, String classPath, List<String> main) throws IOException {
    List<String> options =
        List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    StackFolder.privateFolder(folder.tmp().resolve(CLIENTS));
    List<String> command = start(name, CLIENTS, options, "log4j-client.properties");
    command.add("-Dlog.file=" + folder.log(name));
    command.add("-cp");
    command.add(classPath);
    command.addAll(main);
    return command;
  }

  Path output(String component) {
    return folder.output(component);
  }

  /**
   * Variables by which Flink finds its folders when its shell scripts are not there to set them.
   */
  public Map<String, String> environment() {
    Path distribution = installation.flinkDistribution();
    return Map.of(
        "FLINK_CONF_DIR", configuration.configurationFolder().toString(),
        "FLINK_LIB_DIR", distribution.resolve("lib").toString(),
        "FLINK_PLUGINS_DIR", distribution.resolve("plugins").toString(),
        "FLINK_OPT_DIR", distribution.resolve("opt").toString(),
        "FLINK_HOME", distribution.toString());
  }

  private List<String> start(
      String component, String temporary, List<String> options, String logging) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(options);
    command.addAll(configuration.jvmOptions());
    command.add(COMPONENT + component);
    command.add(folder.processMark());
    command.add("-Djava.io.tmpdir=" + folder.tmp().resolve(temporary));
    command.add(
        "-Dlog4j.configurationFile="
            + configuration.configurationFolder().resolve(logging).toUri());
    return command;
  }

  private List<String> classPathAndMain(List<String> main) {
    List<String> tail = new ArrayList<>(List.of("-cp", installation.flinkLib() + "/*"));
    tail.addAll(main);
    return tail;
  }
}
