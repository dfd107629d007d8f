package dev.runway.control.options;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The way to a scheduler, checked together.
 *
 * @param url where it is; null for a process of this machine
 * @param target what is started there
 * @param rollbackTarget what is started to bring a version back; null for nothing
 * @param headersFile headers of every request; null for none
 * @param timeout of a request
 */
public record SchedulerOptions(
    Kind kind,
    @Nullable URI url,
    @Nullable String target,
    @Nullable String rollbackTarget,
    @Nullable Path headersFile,
    Duration timeout,
    Pace pace,
    String maestroVersion,
    Airflow airflow,
    Webhook webhook,
    Local local) {

  /** What takes the commands. */
  public enum Kind {
    NONE,
    LOCAL,
    MAESTRO,
    AIRFLOW,
    WEBHOOK;

    /** The kind of a word of the configuration, or null. */
    static @Nullable Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.name().toLowerCase(Locale.ROOT).equals(word)) {
          return kind;
        }
      }
      return null;
    }
  }

  /**
   * How long things may take.
   *
   * @param poll between two looks at a run
   * @param deadline for a command, from being handed in
   * @param patience with a run whose version or which itself is missing
   * @param lease after which a silent instance is taken over from
   */
  public record Pace(Duration poll, Duration deadline, Duration patience, Duration lease) {
    /** How long the scheduler may be asked about one command, in however many requests. */
    public Duration longestCall() {
      return lease.dividedBy(2);
    }
  }

  /** Who gets a token from Airflow; both or neither. */
  public record Airflow(@Nullable String username, @Nullable Path passwordFile) {}

  /**
   * How events go out.
   *
   * @param secretFile what they are signed with; null to sign none
   * @param privateToo whether private addresses are allowed
   */
  public record Webhook(@Nullable Path secretFile, boolean privateToo) {}

  /**
   * What runs on this machine.
   *
   * @param environment further names of the environment that it gets
   * @param grace which it has to end when it is told to
   */
  public record Local(
      @Nullable String command, @Nullable Path folder, List<String> environment, Duration grace) {}

  /**
   * Makes the options of settings.
   *
   * @throws IllegalArgumentException with everything that the kind of scheduler needs and that is
   *     missing
   */
  static SchedulerOptions of(Settings settings) {
    Kind kind = Kind.of(settings.get(SchedulerSettings.SCHEDULER));
    String url = settings.find(SchedulerSettings.URL);
    SchedulerOptions options =
        new SchedulerOptions(
            kind == null ? Kind.NONE : kind,
            url == null ? null : URI.create(url),
            settings.find(SchedulerSettings.TARGET),
            settings.find(SchedulerSettings.ROLLBACK_TARGET),
            settings.find(SchedulerSettings.HEADERS_FILE),
            settings.get(SchedulerSettings.TIMEOUT),
            new Pace(
                settings.get(SchedulerSettings.POLL),
                settings.get(SchedulerSettings.DEADLINE),
                settings.get(SchedulerSettings.PATIENCE),
                settings.get(SchedulerSettings.LEASE)),
            settings.get(SchedulerSettings.MAESTRO_VERSION),
            new Airflow(
                settings.find(SchedulerSettings.AIRFLOW_USERNAME),
                settings.find(SchedulerSettings.AIRFLOW_PASSWORD_FILE)),
            new Webhook(
                settings.find(SchedulerSettings.WEBHOOK_SECRET_FILE),
                settings.get(SchedulerSettings.WEBHOOK_PRIVATE)),
            new Local(
                settings.find(SchedulerSettings.LOCAL_COMMAND),
                settings.find(SchedulerSettings.LOCAL_FOLDER),
                settings.get(SchedulerSettings.LOCAL_ENVIRONMENT),
                settings.get(SchedulerSettings.LOCAL_GRACE)));
    options.requireWhole();
    return options;
  }

  private void requireWhole() {
    List<String> missing = new ArrayList<>();
    switch (kind) {
      case NONE -> {
        return;
      }
      case LOCAL -> {
        require(local.command(), SchedulerSettings.LOCAL_COMMAND, missing);
        require(local.folder(), SchedulerSettings.LOCAL_FOLDER, missing);
      }
      case MAESTRO, AIRFLOW, WEBHOOK -> {
        require(url, SchedulerSettings.URL, missing);
        require(target, SchedulerSettings.TARGET, missing);
      }
    }
    if (kind == Kind.AIRFLOW && (airflow.username() == null) != (airflow.passwordFile() == null)) {
      require(airflow.username(), SchedulerSettings.AIRFLOW_USERNAME, missing);
      require(airflow.passwordFile(), SchedulerSettings.AIRFLOW_PASSWORD_FILE, missing);
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "%s is %s, which needs %s"
              .formatted(
                  SchedulerSettings.SCHEDULER.name(),
                  kind.name().toLowerCase(Locale.ROOT),
                  String.join(" and ", missing)));
    }
    if (pace.longestCall().compareTo(timeout) < 0) {
      throw new IllegalArgumentException(
          "%s (%s) must be at least twice %s (%s): else it may end while one request is waited for"
              .formatted(
                  SchedulerSettings.LEASE.name(),
                  pace.lease(),
                  SchedulerSettings.TIMEOUT.name(),
                  timeout));
    }
    if (kind == Kind.WEBHOOK && !webhook.privateToo() && url != null && isPlain(url)) {
      throw new IllegalArgumentException(
          "%s must be https, or set %s"
              .formatted(SchedulerSettings.URL.name(), SchedulerSettings.WEBHOOK_PRIVATE.name()));
    }
  }

  private static boolean isPlain(URI uri) {
    return "http".equals(uri.getScheme());
  }

  private static void require(@Nullable Object value, Setting<?> setting, List<String> missing) {
    if (value == null) {
      missing.add(setting.name());
    }
  }
}
