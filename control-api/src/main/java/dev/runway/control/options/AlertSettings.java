package dev.runway.control.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The settings of where alerts go. */
public final class AlertSettings {
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  public static final Setting<String> ALERTMANAGER_URL =
      Setting.text(
              "runway.control.alerts.alertmanager-url",
              null,
              "Where Alertmanager is, such as http://alertmanager:9093; alerts go to it if this is"
                  + " given.")
          .checked(Addresses::complaint);

  public static final Setting<Path> ALERTMANAGER_HEADERS_FILE =
      Setting.file(
          "runway.control.alerts.alertmanager-headers-file",
          "Properties file, mode 600, with headers of every request to it, such as Authorization;"
              + " read each time.");

  public static final Setting<Duration> ALERTMANAGER_REFRESH =
      Setting.duration(
          "runway.control.alerts.alertmanager-refresh",
          "PT1M",
          SECOND,
          HOUR,
          "How often it is told of open alerts again; it takes one as over when it has not heard of"
              + " it for four times as long. 500 open alerts are 5 requests each time.");

  public static final Setting<Path> PAGERDUTY_KEY_FILE =
      Setting.file(
          "runway.control.alerts.pagerduty-key-file",
          "File with the integration key of PagerDuty's Events API v2, mode 600, read each time;"
              + " alerts go to it if this is given.");

  public static final Setting<String> PAGERDUTY_URL =
      Setting.text(
              "runway.control.alerts.pagerduty-url",
              "https://events.pagerduty.com/v2/enqueue",
              "Where it takes events; in the EU https://events.eu.pagerduty.com/v2/enqueue.")
          .checked(Addresses::complaint);

  public static final Setting<Path> SLACK_URL_FILE =
      Setting.file(
          "runway.control.alerts.slack-url-file",
          "File with the address of a Slack incoming webhook, which is a secret, mode 600, read each"
              + " time; alerts go to it if this is given.");

  public static final Setting<String> WEBHOOK_URL =
      Setting.text(
              "runway.control.alerts.webhook-url",
              null,
              "Address of any other webhook, which may be a secret; alerts go to it if this is given.")
          .hidden()
          .checked(Addresses::complaint);

  public static final Setting<Path> WEBHOOK_SECRET_FILE =
      Setting.file(
          "runway.control.alerts.webhook-secret-file",
          "File with the secret that its events are signed with, mode 600; read each time.");

  public static final Setting<Boolean> ALLOW_PRIVATE =
      Setting.flag(
          "runway.control.alerts.allow-private",
          "Lets alerts go to private and loopback addresses, and by http; to Alertmanager they may in"
              + " any case.");

  public static final Setting<String> LINK =
      Setting.text(
              "runway.control.alerts.link",
              null,
              "What alerts link to, such as https://grafana.example.com/d/model?var-model={model_id};"
                  + " {model_id} stands for the model.")
          .checked(text -> Addresses.complaint(text.replace("{model_id}", "m")));

  public static final Setting<Duration> TIMEOUT =
      Setting.duration(
          "runway.control.alerts.timeout",
          "PT10S",
          SHORT,
          Duration.ofSeconds(30),
          "How long one request may take; then the alert is sent again. Below half a minute, for"
              + " after a whole one another instance sends what one was about to.");

  /** All of them, in the order they are shown. */
  public static final List<Setting<?>> ALL =
      List.of(
          ALERTMANAGER_URL,
          ALERTMANAGER_HEADERS_FILE,
          ALERTMANAGER_REFRESH,
          PAGERDUTY_KEY_FILE,
          PAGERDUTY_URL,
          SLACK_URL_FILE,
          WEBHOOK_URL,
          WEBHOOK_SECRET_FILE,
          ALLOW_PRIVATE,
          LINK,
          TIMEOUT);

  private AlertSettings() {}
}
