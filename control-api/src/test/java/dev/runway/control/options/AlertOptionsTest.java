package dev.runway.control.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertOptionsTest {
  private static AlertOptions options(Map<String, String> further) {
    Map<String, String> environment = new HashMap<>(further);
    environment.put("RUNWAY_POSTGRES_URL", "jdbc:postgresql://127.0.0.1/none");
    environment.put("RUNWAY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    return ControlOptions.of(Settings.load(ControlSettings.ALL, null, environment)).alerts();
  }

  @Test
  void target_isThereWhenItIsConfigured() {
    assertThat(options(Map.of()).slack()).isNull();
    assertThat(options(Map.of("RUNWAY_CONTROL_ALERTS_SLACK_URL_FILE", "/etc/slack")).slack())
        .isEqualTo(new AlertOptions.Slack(Path.of("/etc/slack")));
  }

  @Test
  void plainHttp_isForAlertmanagerAndPrivateNetworksAlone() {
    String url = "http://user.example/services/s3cret";
    assertThat(
            options(Map.of("RUNWAY_CONTROL_ALERTS_ALERTMANAGER_URL", "http://am:9093"))
                .alertmanager())
        .isNotNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(Map.of("RUNWAY_CONTROL_ALERTS_WEBHOOK_URL", url)))
        .withMessageContaining("runway.control.alerts.allow-private")
        .withMessageNotContaining("s3cret");
    Map<String, String> allowed =
        Map.of(
            "RUNWAY_CONTROL_ALERTS_WEBHOOK_URL",
            url,
            "RUNWAY_CONTROL_ALERTS_ALLOW_PRIVATE",
            "true");
    assertThat(options(allowed).webhook()).isNotNull();
    assertThat(options(allowed).toString()).doesNotContain("s3cret");
  }

  @Test
  void addressThatIsNone_isRefusedWithItsSetting_andASecretOneIsNotShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(Map.of("RUNWAY_CONTROL_ALERTS_WEBHOOK_URL", "ftp://h/s3cret")))
        .withMessageContaining("runway.control.alerts.webhook-url")
        .withMessageNotContaining("s3cret");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(Map.of("RUNWAY_CONTROL_ALERTS_LINK", "javascript:alert(1)")))
        .withMessageContaining("runway.control.alerts.link");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> options(Map.of("RUNWAY_CONTROL_ALERTS_WEBHOOK_SECRET_FILE", "/etc/secret")))
        .withMessageContaining("give both or neither");
  }
}
