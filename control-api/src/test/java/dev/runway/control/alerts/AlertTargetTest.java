package dev.runway.control.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.runway.control.alerts.AlertReceiver.Fault;
import dev.runway.control.alerts.AlertTarget.Hearing;
import dev.runway.control.options.ControlOptions;
import dev.runway.control.options.ControlSettings;
import dev.runway.control.options.Settings;
import dev.runway.model.ModelState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each target against a server with the shapes and the habits of the one it is for. */
class AlertTargetTest {
  private static final Instant OPENED = Instant.parse("2026-11-26T12:11:00.123Z");

  private final AlertReceiver receiver = new AlertReceiver();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    receiver.close();
  }

  private AlertTarget target(String name, Map<String, String> further) {
    Map<String, String> environment = new HashMap<>(receiver.settings(folder, name));
    environment.put("RUNWAY_POSTGRES_URL", "jdbc:postgresql://127.0.0.1/none");
    environment.put("RUNWAY_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    environment.putAll(further);
    ControlOptions options =
        ControlOptions.of(Settings.load(ControlSettings.ALL, null, environment));
    List<AlertTarget> targets = Alerts.targets(options.alerts());
    assertThat(targets).extracting(AlertTarget::name).containsExactly(name);
    return targets.get(0);
  }

  private AlertTarget target(String name) {
    return target(
        name, Map.of("RUNWAY_CONTROL_ALERTS_LINK", "https://runway.example/?m={model_id}&x=1"));
  }

  private static Alert alert(Instant resolved) {
    Finding finding =
        Verdict.of(Events.state("rank er&<b>", ModelState.STALE, 1, "e-1")).found().get(0);
    return new Alert(
        finding.id(),
        finding.rule(),
        finding.severity(),
        finding.modelId(),
        finding.modelVersion(),
        finding.team(),
        finding.tier(),
        finding.summary(),
        finding.details(),
        resolved == null ? 1 : 2,
        OPENED,
        resolved,
        resolved == null ? null : "the version is HEALTHY");
  }

  /** One about no model, by somebody who did not say more than he had to. */
  private static Alert bare() {
    return new Alert(
        UUID.randomUUID(),
        Rule.SCHEDULER_DOWN,
        Severity.ERROR,
        null,
        null,
        null,
        0,
        "The scheduler is away",
        JsonNodeFactory.instance.objectNode(),
        1,
        OPENED,
        null,
        null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alertmanager", "pagerduty", "slack", "webhook"})
  void everyTarget_hearsInItsOwnShape(String name) {
    AlertTarget target = target(name);
    Alert open = alert(null);
    Alert over = alert(OPENED.plusSeconds(60));

    assertThat(target.tell(List.of(open))).isInstanceOf(Hearing.Heard.class);
    assertThat(target.tell(List.of(over))).isInstanceOf(Hearing.Heard.class);
    assertThat(target(name, Map.of()).tell(List.of(bare()))).isInstanceOf(Hearing.Heard.class);

    assertThat(receiver.wrong()).isEmpty();
    List<AlertReceiver.Told> told = receiver.told(name);
    assertThat(told).extracting(AlertReceiver.Told::open).containsExactly(true, false, true);
    assertThat(told.get(1).id()).isEqualTo(told.get(0).id()).isNotEqualTo(told.get(2).id());
  }

  @Test
  void alertmanager_isToldWhatNeverChangesByLabels_andOfAnEndThatIsAhead() {
    AlertTarget target = target("alertmanager");
    target.tell(List.of(alert(null), bare()));
    target.tell(List.of(alert(OPENED.plusSeconds(60))));

    JsonNode open = receiver.told("alertmanager").get(0).body();
    assertThat(open.path("labels").toString())
        .isEqualTo(
            "{\"alertname\":\"ModelStale\",\"source\":\"runway\",\"severity\":\"error\","
                + "\"model\":\"rank er&<b>\",\"version\":\"2.1.0\",\"team\":\"ranking\","
                + "\"tier\":\"2\"}");
    assertThat(open.at("/annotations/score").asText()).isEqualTo("0.7234");
    assertThat(open.at("/annotations/features").asText())
        .isEqualTo("user_age_days, clicks<7d>&more");
    assertThat(open.path("startsAt").asText()).isEqualTo(OPENED.toString());
    assertThat(open.path("generatorURL").asText())
        .isEqualTo("https://runway.example/?m=rank%20er%26%3Cb%3E&x=1");
    Instant ends = Instant.parse(open.path("endsAt").asText());
    assertThat(ends).isBetween(Instant.now().plusSeconds(2), Instant.now().plusSeconds(5));
    JsonNode over = receiver.told("alertmanager").get(2).body();
    assertThat(over.path("endsAt").asText()).isEqualTo(OPENED.plusSeconds(60).toString());
    assertThat(over.at("/annotations/resolution").asText()).isEqualTo("the version is HEALTHY");
  }

  @Test
  void pagerDuty_isToldNoMoreThanTheKeyOfWhatIsOver() {
    AlertTarget target = target("pagerduty");
    target.tell(List.of(alert(OPENED.plusSeconds(60))));
    target.tell(List.of(alert(null)));

    assertThat(receiver.told("pagerduty").get(0).body().size()).isEqualTo(3);
    JsonNode open = receiver.told("pagerduty").get(1).body();
    assertThat(open.at("/payload/component").asText()).isEqualTo("rank er&<b>");
    assertThat(open.at("/payload/custom_details/score").asDouble()).isEqualTo(0.7234);
    assertThat(open.at("/payload/severity").asText()).isEqualTo("error");
  }

  @Test
  void slack_isToldWithoutAnythingThatItWouldTakeForItsOwn() {
    target("slack").tell(List.of(alert(null)));

    JsonNode message = receiver.told("slack").get(0).body();
    assertThat(message.path("text").asText())
        .startsWith("[ERROR] ModelStale: rank er&amp;&lt;b&gt; 2.1.0 is stale, score 0.72");
    assertThat(message.at("/attachments/0/color").asText()).isEqualTo("danger");
  }

  @ParameterizedTest
  @CsvSource({
    "alertmanager, AWAY, true", "alertmanager, REFUSES, false", "pagerduty, BUSY, true",
    "pagerduty, REFUSES, false", "slack, SHUT, true", "slack, HANGS, true",
    "webhook, HANGS_UP, true", "webhook, SHUT, true"
  })
  void targetThatGoesWrong_hasNotHeard(String name, Fault fault, boolean away) {
    receiver.go(name, fault);

    Hearing hearing = target(name).tell(List.of(alert(null)));

    assertThat(hearing).isInstanceOf(away ? Hearing.Away.class : Hearing.Refused.class);
    if (fault == Fault.BUSY) {
      assertThat(((Hearing.Away) hearing).again()).isEqualTo(Duration.ofSeconds(3));
    }
    assertThat(hearing.toString()).doesNotContain("s3cret", AlertReceiver.KEY);
  }

  @Test
  void secretThatIsNotThere_isToldWithoutWhatIsInItsFile() throws Exception {
    AlertTarget slack = target("slack");
    Files.writeString(folder.resolve("slack"), "https://hooks slack.com/services/s3cret");
    assertThat(slack.tell(List.of(bare())).toString())
        .contains("there is no address in")
        .doesNotContain("s3cret");

    AlertTarget pagerDuty = target("pagerduty");
    Files.delete(folder.resolve("key"));
    assertThat(pagerDuty.tell(List.of(bare()))).isInstanceOf(Hearing.Away.class);

    AlertTarget webhook = target("webhook");
    Files.writeString(folder.resolve("secret"), "");
    assertThat(webhook.tell(List.of(bare())).toString()).contains("cannot be signed");
    assertThat(receiver.asked("webhook") + receiver.asked("pagerduty")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pagerduty", "slack", "webhook"})
  void privateAddress_isNotAsked_unlessItMayBe(String name) {
    Map<String, String> settings = new HashMap<>();
    settings.put("RUNWAY_CONTROL_ALERTS_ALLOW_PRIVATE", "false");
    String https = receiver.address().replace("http:", "https:");
    settings.put("RUNWAY_CONTROL_ALERTS_PAGERDUTY_URL", https + "/v2/enqueue");
    if (name.equals("webhook")) {
      settings.put("RUNWAY_CONTROL_ALERTS_WEBHOOK_URL", https + "/hook");
    }

    Hearing hearing = target(name, settings).tell(List.of(bare()));

    assertThat(hearing).isInstanceOf(Hearing.Away.class);
    assertThat(hearing.toString()).containsAnyOf("no public address", "https is due");
    assertThat(receiver.asked(name)).isZero();
  }
}
