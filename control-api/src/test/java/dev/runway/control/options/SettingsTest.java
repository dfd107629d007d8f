package dev.runway.control.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @TempDir Path folder;

  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("RUNWAY_POSTGRES_URL", "jdbc:postgresql://127.0.0.1/runway");
    environment.put("RUNWAY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    return environment;
  }

  private static ControlOptions options(Map<String, String> environment) {
    return ControlOptions.of(Settings.load(ControlSettings.ALL, null, environment));
  }

  @Test
  void environment_winsOverTheFile() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("control.properties"), "runway.control.port=1\nrunway.control.rate=7\n");
    Map<String, String> environment = environment();
    environment.put("RUNWAY_CONTROL_PORT", "2");

    Settings settings = Settings.load(ControlSettings.ALL, file, environment);

    assertThat(settings.get(ControlSettings.PORT)).isEqualTo(2);
    assertThat(settings.get(ControlSettings.RATE)).isEqualTo(7);
    assertThat(settings.effective())
        .contains(
            "runway.control.port = 2 (environment)",
            "runway.control.rate = 7 (file)",
            "runway.control.host = 127.0.0.1 (default)");
  }

  @Test
  void secrets_areShownNowhere() {
    Map<String, String> environment = environment();
    environment.put("RUNWAY_POSTGRES_PASSWORD", "canary-secret");
    Settings settings = Settings.load(ControlSettings.ALL, null, environment);

    assertThat(String.join("\n", settings.effective()) + ControlOptions.of(settings))
        .doesNotContain("canary-secret")
        .contains("runway.postgres.password = ******** (environment)");
  }

  @Test
  void allProblems_areToldAtOnce() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("control.properties"),
            "runway.control.prot=1\nrunway.control.rate=many\nrunway.control.demo=yes\n");

    assertThatThrownBy(() -> Settings.load(ControlSettings.ALL, file, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("runway.control.prot is no setting")
        .hasMessageContaining("runway.control.rate (many) must be a whole number")
        .hasMessageContaining("runway.control.demo (yes) must be true or false")
        .hasMessageContaining("RUNWAY_POSTGRES_URL");
  }

  @Test
  void settingsThatDoNotGoTogether_areRefused() {
    refused("RUNWAY_CONTROL_DEMO", "true", "RUNWAY_CONTROL_HOST", "0.0.0.0", "for one machine");
    refused("RUNWAY_CONTROL_OIDC_ISSUER", "https://i", "X", "", "go together");
    refused(
        "RUNWAY_CONTROL_OIDC_ISSUER",
        "https://i",
        "RUNWAY_CONTROL_OIDC_JWKS_URL",
        "http://keys.example/jwks",
        "must be https");
    refused("RUNWAY_CONTROL_OIDC_ALGORITHMS", "HS256", "X", "", "must be among");
    refused("RUNWAY_CONTROL_OIDC_CLIENT_ID", "page", "X", "", "is of no use without");
    refused("RUNWAY_CONTROL_OIDC_SCOPE", "profile", "X", "", "must have openid");
    for (String parameter :
        List.of("state=mine", "redirect_uri=https://evil", "audience", "a b=c")) {
      refused(
          "RUNWAY_CONTROL_OIDC_SIGN_IN_PARAMETERS", parameter, "X", "", "must be name=value, and");
    }
    refused("RUNWAY_POSTGRES_STATEMENT_TIMEOUT", "PT20S", "X", "", "must be less than");
    refused("RUNWAY_CONTROL_OIDC_ALGORITHMS", "EdDSA", "X", "", "must be among");
    refused("RUNWAY_CONTROL_SCHEDULER", "cron", "X", "", "must be among [none, local, maestro");
    refused(
        "RUNWAY_CONTROL_SCHEDULER",
        "maestro",
        "X",
        "",
        "needs runway.control.scheduler.url and runway.control.scheduler.target");
    refused(
        "RUNWAY_CONTROL_SCHEDULER",
        "local",
        "RUNWAY_CONTROL_LOCAL_FOLDER",
        "/tmp",
        "is local, which needs runway.control.local.command");
    refused("RUNWAY_CONTROL_SCHEDULER_URL", "ftp://a", "X", "", "must be http or https");
    refused("RUNWAY_CONTROL_SCHEDULER_URL", "http://u:p@a", "X", "", "(********) must be http");
  }

  @Test
  void pageSignsPeopleIn_atAnAddressAlone_andItsPolicyHasNothingElseOfIt() {
    Map<String, String> environment = environment();
    environment.put("RUNWAY_CONTROL_OIDC_JWKS_URL", "https://login.example/keys");
    environment.put("RUNWAY_CONTROL_OIDC_CLIENT_ID", "runway-page");
    for (String issuer :
        List.of(
            "login.example",
            "http://login.example",
            "https://login.example/?a=b",
            "https://login.example/#a",
            "https://u@login.example",
            "https://login.example; script-src *",
            "javascript:alert(1)")) {
      environment.put("RUNWAY_CONTROL_OIDC_ISSUER", issuer);
      assertThatThrownBy(() -> options(environment))
          .as(issuer)
          .hasMessageContaining("must be an https address");
    }
    environment.put("RUNWAY_CONTROL_OIDC_ISSUER", "https://login.example:8443/realms/runway");
    environment.put("RUNWAY_CONTROL_OIDC_SIGN_IN_PARAMETERS", "audience=runway, prompt=login");
    ControlOptions.SignIn signIn = options(environment).oidc().signIn();
    assertThat(signIn.origin()).isEqualTo("https://login.example:8443");
    assertThat(signIn.scope()).isEqualTo("openid");
    assertThat(signIn.further()).isEqualTo(Map.of("audience", "runway", "prompt", "login"));

    environment.remove("RUNWAY_CONTROL_OIDC_CLIENT_ID");
    assertThat(options(environment).oidc().signIn()).isNull();
  }

  @Test
  void waysToASchedulerThatCannotBeGone_areRefused() {
    Map<String, String> environment = environment();
    environment.put("RUNWAY_CONTROL_SCHEDULER", "webhook");
    environment.put("RUNWAY_CONTROL_SCHEDULER_URL", "http://events.example/x");
    environment.put("RUNWAY_CONTROL_SCHEDULER_TARGET", "runway.retrain");
    assertThatThrownBy(() -> options(environment)).hasMessageContaining("must be https, or set");

    environment.put("RUNWAY_CONTROL_SCHEDULER_URL", "https://events.example/x");
    assertThat(options(environment).scheduler().pace().poll()).hasSeconds(5);

    environment.put("RUNWAY_CONTROL_SCHEDULER_LEASE", "PT19S");
    assertThatThrownBy(() -> options(environment))
        .hasMessageContaining("runway.control.scheduler.lease (PT19S) must be at least twice");

    environment.put("RUNWAY_CONTROL_SCHEDULER_LEASE", "PT20S");
    environment.put("RUNWAY_CONTROL_SCHEDULER", "airflow");
    environment.put("RUNWAY_CONTROL_AIRFLOW_USERNAME", "runway");
    assertThatThrownBy(() -> options(environment))
        .hasMessageContaining("which needs runway.control.airflow.password-file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?password=canary-secret",
        "?ssl=true&sslpassword=canary-secret",
        "?SSLPassword=canary-secret",
        "?sslpasswordcallback=canary-secret"
      })
  void addressWithASecret_isRefusedAndNotShown(String parameters) {
    Map<String, String> environment = environment();
    environment.put("RUNWAY_POSTGRES_URL", "jdbc:postgresql://h/d" + parameters);
    assertThatThrownBy(() -> options(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("runway.postgres.url")
        .hasMessageContaining("no password of any kind")
        .hasMessageNotContaining("canary-secret");
  }

  private static void refused(
      String name, String value, String other, String otherValue, String why) {
    Map<String, String> environment = environment();
    environment.put(name, value);
    environment.put(other, otherValue);
    assertThatThrownBy(() -> options(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
