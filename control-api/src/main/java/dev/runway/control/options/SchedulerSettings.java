package dev.runway.control.options;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The settings of the way to a scheduler. */
public final class SchedulerSettings {
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration LONG = Duration.ofDays(30);

  public static final Setting<String> SCHEDULER =
      Setting.text(
              "runway.control.scheduler",
              "none",
              "Where granted commands go: none (they wait), local, maestro, airflow or webhook.")
          .checked(
              name -> SchedulerOptions.Kind.of(name) == null ? "must be among " + kinds() : null);

  public static final Setting<String> URL =
      Setting.text(
              "runway.control.scheduler.url",
              null,
              "Where Maestro or Airflow is, such as http://maestro:8080, or the address of the"
                  + " webhook, which may be a secret.")
          .hidden()
          .checked(SchedulerSettings::addressComplaint);

  public static final Setting<String> TARGET =
      Setting.text(
          "runway.control.scheduler.target",
          null,
          "What is started for a retrain: a Maestro workflow, an Airflow DAG, or the name of an"
              + " event, such as runway.retrain; {model_id} stands for the model.");

  public static final Setting<String> ROLLBACK_TARGET =
      Setting.text(
          "runway.control.scheduler.rollback-target",
          null,
          "The same for bringing a version back; without it such commands are refused.");

  public static final Setting<Path> HEADERS_FILE =
      Setting.file(
          "runway.control.scheduler.headers-file",
          "Properties file, mode 600, with headers of every request, such as user or Authorization;"
              + " read each time.");

  public static final Setting<Duration> TIMEOUT =
      Setting.duration(
          "runway.control.scheduler.timeout",
          "PT10S",
          SHORT,
          MINUTE,
          "How long one request may take; after that nobody knows whether it was heard.");

  public static final Setting<Duration> POLL =
      Setting.duration(
          "runway.control.scheduler.poll",
          "PT5S",
          SHORT,
          Duration.ofHours(1),
          "How long between two looks at a run. 50 runs, 10 looks a minute are 8 requests a"
              + " second.");

  public static final Setting<Duration> DEADLINE =
      Setting.duration(
          "runway.control.scheduler.deadline",
          "PT12H",
          SHORT,
          LONG,
          "How long a command may take from being handed in; then it is stopped and has timed"
              + " out.");

  public static final Setting<Duration> PATIENCE =
      Setting.duration(
          "runway.control.scheduler.patience",
          "PT10M",
          Duration.ZERO,
          LONG,
          "How long a run that succeeded may be without a registered version, and one that the"
              + " scheduler does not know may be missing or on its way, before its command ends.");

  public static final Setting<Duration> LEASE =
      Setting.duration(
          "runway.control.scheduler.lease",
          "PT30S",
          Duration.ofMillis(500),
          Duration.ofMinutes(10),
          "After how much silence of the instance that dispatches another one takes over. Half of it"
              + " is how long the scheduler may be asked about one command, in all requests.");

  public static final Setting<String> MAESTRO_VERSION =
      Setting.text(
              "runway.control.maestro.version",
              "active",
              "Version of the workflow: active, latest, default or a number.")
          .checked(
              version ->
                  version.matches("active|latest|default|[1-9][0-9]{0,9}")
                      ? null
                      : "must be active, latest, default or a number");

  public static final Setting<String> AIRFLOW_USERNAME =
      Setting.text(
          "runway.control.airflow.username",
          null,
          "Who gets a token from Airflow; without it the headers' file holds the Authorization.");

  public static final Setting<Path> AIRFLOW_PASSWORD_FILE =
      Setting.file(
          "runway.control.airflow.password-file",
          "File with the password, mode 600; read each time.");

  public static final Setting<Path> WEBHOOK_SECRET_FILE =
      Setting.file(
          "runway.control.webhook.secret-file",
          "File with the secret that events are signed with, mode 600; read each time.");

  public static final Setting<Boolean> WEBHOOK_PRIVATE =
      Setting.flag(
          "runway.control.webhook.allow-private",
          "Lets events go to private and loopback addresses, and by http.");

  public static final Setting<String> LOCAL_COMMAND =
      Setting.text(
          "runway.control.local.command",
          null,
          "Program and arguments, split at blanks and read by no shell; quotes hold a word together,"
              + " {command_id}, {model_id} and {action} are filled in.");

  public static final Setting<Path> LOCAL_FOLDER =
      Setting.file(
          "runway.control.local.folder",
          "Folder with a folder for each run; it must outlive the API.");

  public static final Setting<List<String>> LOCAL_ENVIRONMENT =
      Setting.list(
          "runway.control.local.environment",
          "",
          "Names of the API's environment that the command gets beside PATH, HOME and the like.");

  public static final Setting<Duration> LOCAL_GRACE =
      Setting.duration(
          "runway.control.local.grace",
          "PT30S",
          Duration.ZERO,
          Duration.ofHours(1),
          "How long a command that is told to end may take before it is killed.");

  /** All of them, in the order they are shown. */
  public static final List<Setting<?>> ALL =
      List.of(
          SCHEDULER,
          URL,
          TARGET,
          ROLLBACK_TARGET,
          HEADERS_FILE,
          TIMEOUT,
          POLL,
          DEADLINE,
          PATIENCE,
          LEASE,
          MAESTRO_VERSION,
          AIRFLOW_USERNAME,
          AIRFLOW_PASSWORD_FILE,
          WEBHOOK_SECRET_FILE,
          WEBHOOK_PRIVATE,
          LOCAL_COMMAND,
          LOCAL_FOLDER,
          LOCAL_ENVIRONMENT,
          LOCAL_GRACE);

  private SchedulerSettings() {}

  private static List<String> kinds() {
    return Arrays.stream(SchedulerOptions.Kind.values())
        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.toList());
  }

  private static @Nullable String addressComplaint(String text) {
    String wrong = "must be http or https, with a host and without user and fragment";
    try {
      URI uri = URI.create(text);
      boolean good =
          List.of("http", "https").contains(String.valueOf(uri.getScheme()))
              && uri.getHost() != null
              && uri.getUserInfo() == null
              && uri.getFragment() == null;
      return good ? null : wrong;
    } catch (IllegalArgumentException e) {
      return wrong;
    }
  }
}
