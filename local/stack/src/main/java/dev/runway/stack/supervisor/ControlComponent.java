package dev.runway.stack.supervisor;

import dev.runway.model.Topic;
import dev.runway.sql.RolePasswords;
import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.Sha256;
import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.FlinkJvm;
import dev.runway.stack.flink.JobArguments;
import dev.runway.stack.process.Launch;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The control API, for the one person whose stack this is: on loopback, with a token in a file. */
final class ControlComponent implements Component {

  static final String NAME = "control-api";

  private static final String MAIN = "dev.runway.control.ControlApi";
  private static final String LAUNCHER = "dev.runway.stack.cli.RunwayCommand";
  private static final int LIMIT_MILLIS = 5000;

  private final Installation installation;
  private final StackFolder folder;
  private final Ports ports;

  ControlComponent(Installation installation, StackFolder folder, Ports ports) {
    this.installation = installation;
    this.folder = folder;
    this.ports = ports;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int port() {
    return ports.of(Ports.CONTROL);
  }

  /** Its role gets its password with the tables. */
  @Override
  public boolean needsTables() {
    return true;
  }

  @Override
  public Launch launch() throws IOException {
    Path settings = folder.conf().resolve("control.properties");
    Map<String, String> wanted = settings();
    write(settings, wanted);
    List<String> line = line(installation, folder, NAME, settings);
    line.add(1, "-Drunway.configuration=" + Sha256.of(wanted.toString()));
    return Launch.of(line, Map.of("MALLOC_ARENA_MAX", "2"), folder.log(NAME), folder.processMark());
  }

  /**
   * How a control API is started.
   *
   * @param name of the process
   * @param settings its file of settings
   */
  static List<String> line(
      Installation installation, StackFolder folder, String name, Path settings)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(FlinkJvm.java());
    line.addAll(JvmComponents.SMALL);
    line.addAll(List.of("-Xmx192m", "-XX:+ExitOnOutOfMemoryError", "-Duser.timezone=UTC"));
    line.add("-Drunway.component=" + name);
    line.add(folder.processMark());
    line.add("-Djava.io.tmpdir=" + folder.tmp().resolve(name));
    line.addAll(List.of("-cp", JarCopy.make(folder, NAME, installation.controlJars()) + "/*"));
    line.addAll(List.of(MAIN, "--config", settings.toString()));
    return line;
  }

  private Map<String, String> settings() throws IOException {
    Map<String, String> settings = new TreeMap<>();
    settings.put("runway.control.host", "127.0.0.1");
    settings.put("runway.control.port", Integer.toString(port()));
    settings.put("runway.control.demo", "true");
    settings.put("runway.control.demo-token-file", folder.controlToken().toString());
    settings.put("runway.control.drain", "PT5S");
    settings.put("runway.postgres.url", JobArguments.jdbcUrl(ports));
    settings.put("runway.postgres.user", RolePasswords.API);
    settings.put(
        "runway.postgres.password-file", folder.secrets().resolve(RolePasswords.API).toString());
    settings.put("runway.kafka.bootstrap-servers", JobArguments.bootstrapServers(ports));
    settings.put("runway.namespace", Topic.LIVE);
    Path training = installation.home().resolve("samples/retrain.sh");
    settings.put("runway.control.scheduler", "local");
    settings.put("runway.control.scheduler.poll", "PT2S");
    settings.put("runway.control.local.command", quoted("sh", training.toString(), runway()));
    settings.put("runway.control.local.folder", folder.data().resolve("retrains").toString());
    settings.putAll(own());
    return settings;
  }

  /** How the training asks this API, by the launcher's own jars: it registers what it has made. */
  private List<String> runway() throws IOException {
    return List.of(
        FlinkJvm.java(),
        "-Xmx96m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Drunway.home=" + installation.home(),
        "-cp",
        JarCopy.make(folder, "launcher", installation.launcherJars()) + "/*",
        LAUNCHER,
        "--folder",
        folder.root().toString());
  }

  /** A command as the API reads it. */
  private static String quoted(String program, String script, List<String> arguments) {
    return Stream.concat(Stream.of(program, script), arguments.stream())
        .map(word -> "\"" + word + "\"")
        .collect(Collectors.joining(" "));
  }

  /** What the user of this stack has set, such as another scheduler; it wins. */
  private Map<String, String> own() throws IOException {
    if (!Files.exists(folder.controlSettings())) {
      return Map.of();
    }
    Properties properties = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(folder.controlSettings())) {
      properties.load(reader);
    }
    Map<String, String> own = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> own.put(name, properties.getProperty(name)));
    return own;
  }

  /** For the owner alone from its first moment: what the user has set may be a password. */
  static void write(Path file, Map<String, String> settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    Path partial = Files.createTempFile(file.getParent(), "control-", ".partial"); // Mode 600.
    try (BufferedWriter writer = Files.newBufferedWriter(partial)) {
      properties.store(writer, "Written at each start.");
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Whether it says that it is ready, which it is with the tables of its release. */
  @Override
  public boolean ready() {
    return ready(port());
  }

  /** Whether a control API that listens there says so. */
  static boolean ready(int port) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/readyz").toURL().openConnection();
      connection.setConnectTimeout(LIMIT_MILLIS);
      connection.setReadTimeout(LIMIT_MILLIS);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public List<Path> logs() {
    return List.of(folder.log(NAME));
  }
}
