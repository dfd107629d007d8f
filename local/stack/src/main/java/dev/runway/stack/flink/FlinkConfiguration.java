package dev.runway.stack.flink;

import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.Sha256;
import dev.runway.stack.StackFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The configuration folder of Flink's processes: {@code flink-conf/} of the checkout with this
 * stack's ports and folders filled in.
 */
public record FlinkConfiguration(StackFolder folder) {

  private static final String SCHEME = "file://";
  private static final String JVM_OPTIONS = "env.java.opts.all:";
  private static final List<String> OWN =
      List.of("heartbeat.timeout", "high-availability.zookeeper.client.session-timeout");
  private static final List<String> COPIED = List.of("log4j.properties", "log4j-client.properties");

  public Path configurationFolder() {
    return folder.conf().resolve("flink");
  }

  public Path data() {
    return folder.data().resolve("flink");
  }

  /** Checkpoints of a job, by the name it was submitted under; below it one folder per job id. */
  public Path checkpoints(String job) {
    return data().resolve("checkpoints").resolve(job);
  }

  public Path savepoints(String job) {
    return data().resolve("savepoints").resolve(job);
  }

  /**
   * Writes the folder anew.
   *
   * @throws IllegalStateException if the base names a placeholder that nobody fills
   */
  public void write(Installation installation, Ports ports) throws IOException {
    Path source = installation.flinkConfiguration();
    StackFolder.privateFolder(configurationFolder());
    StackFolder.privateFolder(data());
    String filled =
        Template.fill(Files.readString(source.resolve("config.yaml")), values(ports), "#");
    Files.writeString(configurationFolder().resolve("config.yaml"), withOwn(filled));
    for (String file : COPIED) {
      Files.copy(
          source.resolve(file),
          configurationFolder().resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** What the user of this stack has set: how long a silent process is waited for, and no more. */
  private String withOwn(String filled) throws IOException {
    if (!Files.exists(folder.flinkSettings())) {
      return filled;
    }
    Properties own = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(folder.flinkSettings())) {
      own.load(reader);
    }
    String all = filled;
    for (String name : own.stringPropertyNames()) {
      if (!OWN.contains(name)) {
        throw new IllegalStateException(
            folder.flinkSettings() + " may set " + OWN + ", not " + name);
      }
      String line = name + ": " + own.getProperty(name, "").strip();
      all =
          Pattern.compile("^" + Pattern.quote(name) + ":.*$", Pattern.MULTILINE)
              .matcher(all)
              .replaceAll(Matcher.quoteReplacement(line));
    }
    return all;
  }

  /** JVM options every Flink process needs, as the written configuration states them. */
  public List<String> jvmOptions() throws IOException {
    return Files.readAllLines(configurationFolder().resolve("config.yaml")).stream()
        .filter(line -> line.startsWith(JVM_OPTIONS))
        .findFirst()
        .map(line -> List.of(line.substring(JVM_OPTIONS.length()).strip().split("\\s+")))
        .orElseThrow(() -> new IllegalStateException("config.yaml has no line " + JVM_OPTIONS));
  }

  /**
   * Hash of the written settings. It stands on the command lines, so that a process with other
   * settings is not taken for one that can be adopted.
   */
  public String hash() throws IOException {
    return Sha256.of(configurationFolder().resolve("config.yaml"));
  }

  private Map<String, String> values(Ports ports) {
    Map<String, String> values = new HashMap<>();
    ports.byName().forEach((name, port) -> values.put(name, Integer.toString(port)));
    values.put("checkpoints", address(data().resolve("checkpoints")));
    values.put("savepoints", address(data().resolve("savepoints")));
    values.put("ha", address(data().resolve("ha")));
    values.put("metrics", metrics(ports));
    return values;
  }

  private static String metrics(Ports ports) {
    return Ports.METRICS.stream()
        .map(name -> Integer.toString(ports.of(name)))
        .collect(Collectors.joining(","));
  }

  /**
   * The address Flink reads a folder from. Not {@link Path#toUri}: Flink takes an address
   * literally, so that the {@code %20} of a blank would be another folder.
   */
  static String address(Path folder) {
    return SCHEME + folder.toAbsolutePath();
  }

  /** The folder of an address that Flink tells, with as many slashes as it likes. */
  public static Path path(String address) {
    return Path.of(address.replaceFirst("^file:/+", "/"));
  }
}
