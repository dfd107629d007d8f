package dev.runway.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The files of Prometheus and Alertmanager in {@code deploy/prometheus}, as one installation wants
 * them. Rules stay the same; names, addresses and the length of a minute are put in.
 *
 * @param namespace of the topics; a part of the jobs' names
 * @param jobs those that run and are missed when they are gone
 * @param flink {@code host:port} of the metrics of each JobManager and TaskManager; empty leaves
 *     what stands there, as it does of the next three
 * @param controlApi {@code host:port} of each instance
 * @param alertmanager {@code host:port} of each instance
 * @param webhook whom Alertmanager tells; null leaves what stands there
 * @param runbooks address of the folder that has docs/, with a slash at its end; empty leaves links
 *     relative
 * @param minute how long a minute of the rules takes: one, and less in a drill. Nothing becomes
 *     shorter than a second
 */
record AlertFiles(
    String namespace,
    List<String> jobs,
    List<String> flink,
    List<String> controlApi,
    List<String> alertmanager,
    @Nullable String webhook,
    String runbooks,
    Duration minute) {

  static final String RULES = "rules.yaml";
  static final String PROMETHEUS = "prometheus.yaml";
  static final String ALERTMANAGER = "alertmanager.yaml";
  static final String FLINK_TARGETS = "targets/flink.yaml";
  static final String API_TARGETS = "targets/control-api.yaml";
  static final String ALERTMANAGER_TARGETS = "targets/alertmanager.yaml";

  /** All that run where nothing else is said. */
  static final List<String> JOBS =
      List.of(
          "groundtruth-join",
          "drift-monitor",
          "retrain-trigger",
          "embedding-stability",
          "result-tables");

  private static final Pattern NAME = Pattern.compile("job_name=\"([a-z_]+)_runway\"");
  private static final Pattern MISSED =
      Pattern.compile("( +)(?:or )?(label_replace\\(absent\\(.*\"job_name\", \"([a-z-]+)\".*)");
  private static final Pattern TARGETS = Pattern.compile("- targets: \\[.*\\]");

  /** A length of time as both programs write it, behind a colon or in a range. */
  private static final Pattern TIME = Pattern.compile("(?<=: |\\[)(\\d+)([smh])(?=\\]|\\s*$)");

  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9.-]+:\\d{1,5}");

  AlertFiles {
    jobs = List.copyOf(jobs);
    flink = List.copyOf(flink);
    controlApi = List.copyOf(controlApi);
    alertmanager = List.copyOf(alertmanager);
    if (!namespace.matches("[A-Za-z0-9._-]+")) {
      throw new IllegalArgumentException("no namespace: " + namespace);
    }
    if (jobs.isEmpty() || !JOBS.containsAll(jobs)) {
      throw new IllegalArgumentException("jobs are some of " + JOBS + ", not " + jobs);
    }
    for (List<String> addresses : List.of(flink, controlApi, alertmanager)) {
      addresses.forEach(AlertFiles::requireAddress);
    }
    if (webhook != null && !webhook.matches("https?://[^\\s'\"]+")) {
      throw new IllegalArgumentException("no address of a webhook: " + webhook);
    }
    if (!runbooks.matches("(https?://[^\\s'\"]+/)?")) {
      throw new IllegalArgumentException("runbooks end with a slash: " + runbooks);
    }
    if (minute.compareTo(Duration.ofSeconds(1)) < 0
        || minute.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("a minute takes PT1S to PT1M, not " + minute);
    }
  }

  private static void requireAddress(String address) {
    if (!ADDRESS.matcher(address).matches()) {
      throw new IllegalArgumentException("host:port, not " + address);
    }
  }

  /** Texts by name of the file, targets below {@code targets/}. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(RULES, timed(linked(named(missing(resource(RULES))))));
    texts.put(PROMETHEUS, timed(resource(PROMETHEUS)));
    String route = timed(resource(ALERTMANAGER));
    texts.put(
        ALERTMANAGER,
        webhook == null
            ? route
            : route.replaceFirst(
                "- url: \\S+", Matcher.quoteReplacement("- url: '" + webhook + "'")));
    texts.put(FLINK_TARGETS, aimed(resource(FLINK_TARGETS), flink));
    texts.put(API_TARGETS, aimed(resource(API_TARGETS), controlApi));
    texts.put(ALERTMANAGER_TARGETS, aimed(resource(ALERTMANAGER_TARGETS), alertmanager));
    return texts;
  }

  /** Writes them into a folder, over those that are there. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("targets"));
    for (Map.Entry<String, String> text : texts().entrySet()) {
      Files.writeString(folder.resolve(text.getKey()), text.getValue());
    }
  }

  /** As Flink's reporter writes a name: what is neither letter nor digit becomes a line. */
  private String named(String rules) {
    String space = namespace.replaceAll("[^A-Za-z0-9]", "_");
    return NAME.matcher(rules).replaceAll("job_name=\"$1_" + space + "\"");
  }

  /** Without the lines of jobs that do not run here. */
  private String missing(String rules) {
    List<String> lines = new ArrayList<>();
    boolean first = true;
    for (String line : rules.lines().toList()) {
      Matcher missed = MISSED.matcher(line);
      if (!missed.matches()) {
        lines.add(line);
      } else if (jobs.contains(missed.group(3))) {
        lines.add(missed.group(1) + (first ? "" : "or ") + missed.group(2));
        first = false;
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private String linked(String rules) {
    return rules.replace("runbook_url: docs/", "runbook_url: " + runbooks + "docs/");
  }

  private static String aimed(String text, List<String> addresses) {
    if (addresses.isEmpty()) {
      return text;
    }
    String list =
        addresses.stream().map(address -> "'" + address + "'").collect(Collectors.joining(", "));
    return TARGETS.matcher(text).replaceFirst("- targets: [" + list + "]");
  }

  private String timed(String text) {
    if (minute.equals(Duration.ofMinutes(1))) {
      return text;
    }
    return text.lines()
        .map(line -> TIME.matcher(line).replaceAll(time -> shorter(time.group(1), time.group(2))))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private String shorter(String number, String unit) {
    long seconds =
        Long.parseLong(number)
            * switch (unit) {
              case "h" -> 3600;
              case "m" -> 60;
              default -> 1;
            };
    return Math.max(1, seconds * minute.toMillis() / 60_000) + "s";
  }

  private static String resource(String name) {
    try (InputStream in = AlertFiles.class.getResourceAsStream("/prometheus/" + name)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: prometheus/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
