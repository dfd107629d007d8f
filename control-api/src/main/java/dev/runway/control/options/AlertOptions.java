package dev.runway.control.options;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where alerts go, checked together; each target is null when they do not go there.
 *
 * @param privateToo whether private addresses are allowed where the world is usual
 * @param link what alerts link to, with {@code {model_id}} in it; null for nothing
 * @param timeout of a request
 */
public record AlertOptions(
    @Nullable Alertmanager alertmanager,
    @Nullable PagerDuty pagerDuty,
    @Nullable Slack slack,
    @Nullable Webhook webhook,
    boolean privateToo,
    @Nullable String link,
    Duration timeout) {

  /**
   * Alertmanager's API v2.
   *
   * @param refresh how often it is told of open alerts again
   */
  public record Alertmanager(URI url, @Nullable Path headersFile, Duration refresh) {}

  /** PagerDuty's Events API v2. */
  public record PagerDuty(URI url, Path keyFile) {}

  /** An incoming webhook of Slack. */
  public record Slack(Path urlFile) {}

  /**
   * Any other receiver.
   *
   * @param secretFile what events are signed with; null to sign none
   */
  public record Webhook(URI url, @Nullable Path secretFile) {

    /** Names no address: it may be a secret. */
    @Override
    public String toString() {
      return "Webhook[]";
    }
  }

  /**
   * Makes the options of settings.
   *
   * @throws IllegalArgumentException with the remedy, if two of them do not go together
   */
  static AlertOptions of(Settings settings) {
    AlertOptions options =
        new AlertOptions(
            alertmanager(settings),
            pagerDuty(settings),
            slack(settings),
            webhook(settings),
            settings.get(AlertSettings.ALLOW_PRIVATE),
            settings.find(AlertSettings.LINK),
            settings.get(AlertSettings.TIMEOUT));
    if (options.pagerDuty != null) {
      options.requireGuarded(options.pagerDuty.url(), AlertSettings.PAGERDUTY_URL);
    }
    if (options.webhook != null) {
      options.requireGuarded(options.webhook.url(), AlertSettings.WEBHOOK_URL);
    }
    return options;
  }

  private static @Nullable Alertmanager alertmanager(Settings settings) {
    String url = settings.find(AlertSettings.ALERTMANAGER_URL);
    return url == null
        ? null
        : new Alertmanager(
            URI.create(url),
            settings.find(AlertSettings.ALERTMANAGER_HEADERS_FILE),
            settings.get(AlertSettings.ALERTMANAGER_REFRESH));
  }

  private static @Nullable PagerDuty pagerDuty(Settings settings) {
    Path key = settings.find(AlertSettings.PAGERDUTY_KEY_FILE);
    return key == null
        ? null
        : new PagerDuty(URI.create(settings.get(AlertSettings.PAGERDUTY_URL)), key);
  }

  private static @Nullable Slack slack(Settings settings) {
    Path url = settings.find(AlertSettings.SLACK_URL_FILE);
    return url == null ? null : new Slack(url);
  }

  private static @Nullable Webhook webhook(Settings settings) {
    String url = settings.find(AlertSettings.WEBHOOK_URL);
    Path secret = settings.find(AlertSettings.WEBHOOK_SECRET_FILE);
    if (url == null && secret != null) {
      throw new IllegalArgumentException(
          "%s signs nothing without %s: give both or neither"
              .formatted(
                  AlertSettings.WEBHOOK_SECRET_FILE.name(), AlertSettings.WEBHOOK_URL.name()));
    }
    return url == null ? null : new Webhook(URI.create(url), secret);
  }

  private void requireGuarded(URI uri, Setting<?> setting) {
    if (!privateToo && Addresses.isPlain(uri)) {
      throw new IllegalArgumentException(
          "%s must be https, or set %s"
              .formatted(setting.name(), AlertSettings.ALLOW_PRIVATE.name()));
    }
  }
}
