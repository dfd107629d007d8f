package dev.runway.control.scheduler;

import dev.runway.control.options.SchedulerOptions;
import dev.runway.control.options.SchedulerSettings;
import dev.runway.control.scheduler.local.CommandTemplate;
import dev.runway.control.scheduler.local.LocalProcess;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The scheduler that is configured. */
public final class Schedulers {
  private Schedulers() {}

  /**
   * Makes it.
   *
   * @return null when commands wait
   * @throws IllegalArgumentException with the setting at fault
   */
  public static @Nullable Scheduler of(SchedulerOptions options) {
    return switch (options.kind()) {
      case NONE -> null;
      case LOCAL -> local(options.local());
      case MAESTRO ->
          new Maestro(
              calls(options, new AddressGuard(true)),
              endpoint(options),
              targets(options),
              options.maestroVersion());
      case AIRFLOW ->
          new Airflow(
              calls(options, new AddressGuard(true)),
              endpoint(options),
              targets(options),
              token(options));
      case WEBHOOK ->
          new Webhook(
              calls(options, new AddressGuard(options.webhook().privateToo())),
              endpoint(options),
              targets(options),
              options.webhook().secretFile());
    };
  }

  private static Scheduler local(SchedulerOptions.Local local) {
    String command = needed(local.command());
    try {
      return new LocalProcess(
          CommandTemplate.of(command), needed(local.folder()), local.environment(), local.grace());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          SchedulerSettings.LOCAL_COMMAND.name() + " " + e.getMessage(), e);
    }
  }

  private static HttpCalls calls(SchedulerOptions options, AddressGuard guard) {
    return new HttpCalls(
        options.timeout(), options.pace().longestCall(), options.headersFile(), guard);
  }

  private static Endpoint endpoint(SchedulerOptions options) {
    return new Endpoint(needed(options.url()));
  }

  private static Targets targets(SchedulerOptions options) {
    return new Targets(needed(options.target()), options.rollbackTarget());
  }

  private static @Nullable AirflowToken token(SchedulerOptions options) {
    String username = options.airflow().username();
    Path password = options.airflow().passwordFile();
    return username == null || password == null
        ? null
        : new AirflowToken(endpoint(options), username, password);
  }

  /** Options are whole: see where they are made. */
  private static <T> T needed(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("an option of the scheduler is missing");
    }
    return value;
  }
}
