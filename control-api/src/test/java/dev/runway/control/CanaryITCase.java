package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.cli.Verbs;
import dev.runway.testkit.PostgresDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The canary gate on what the tables have of two versions, and its exit codes. */
class CanaryITCase {
  /** End of the newest window; it stands still though the hour may end. */
  private static Instant newest;

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @BeforeAll
  static void chooseTimes() {
    newest = Instant.now().truncatedTo(ChronoUnit.HOURS);
  }

  /** What a release would do with it. */
  private static int gate(String... arguments) {
    List<String> typed = new ArrayList<>(List.of("gate", "canary"));
    typed.addAll(List.of(arguments));
    CommandLine runway = new CommandLine(CommandSpec.create().name("runway"));
    Map<String, String> environment =
        Map.of("RUNWAY_TOKEN", API.token(), "RUNWAY_SERVER", API.address());
    Verbs.addTo(runway, environment, Optional::empty);
    StringWriter out = new StringWriter();
    runway.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    return runway.execute(typed.toArray(String[]::new));
  }

  private static JsonNode asked(String model, String query) {
    RunningApi.Reply reply = API.get("/v1/models/" + model + "/versions/2/canary" + query);
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
    return reply.body();
  }

  /** Version 1 has four fifths of the traffic and version 2 the rest, for two days. */
  private static void serve(String model) throws Exception {
    assertThat(API.post("/v1/models", Bodies.model(model, "ranking")).status()).isEqualTo(201);
    deploy(model, "1", "production", "PRIMARY", 0.8);
    deploy(model, "2", "production", "CANARY", 0.2);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.deployments SET started_at = now() - interval '2 days',"
            + " changed_at = now() - interval '2 days' WHERE model_id = '%s'".formatted(model));
  }

  private static String deploy(
      String model, String version, String environment, String role, double share) {
    String path = "/v1/models/" + model;
    if (API.get(path + "/versions/" + version).status() == 404) {
      String named = "{\"version\": \"%s\"}".formatted(version);
      assertThat(API.post(path + "/versions", named).status()).isEqualTo(201);
    }
    RunningApi.Reply reply =
        API.post(
            path + "/deployments",
            """
            {"version": "%s", "environment": "%s", "role": "%s", "share": %s}
            """
                .formatted(version, environment, role, share));
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(201);
    return reply.body().path("deployment_id").asText();
  }

  /** One arm in some windows of an hour. */
  private record Series(String model, String version, String variant, String maturity) {
    static Series ofAll(String model, String version) {
      return new Series(model, version, "*", "FINAL");
    }

    /**
     * @param ago hours from the end of the newest one until now
     * @param predictions in each, all of them labelled
     */
    void have(int ago, int hours, int predictions, double logLoss, double error) throws Exception {
      String window =
          "timestamptz '%1$s' - (i + 1) * interval '1 hour', timestamptz '%1$s' - i * interval '1 hour'"
              .formatted(newest);
      String series = "FROM generate_series(%d, %d) AS i".formatted(ago, ago + hours - 1);
      POSTGRES.execute(
          PostgresDatabase.SUPERUSER,
          """
          INSERT INTO runway.performance (model_id, model_version, task, segment, variant,
              window_start_at, window_end_at, metric, value, se, samples, effective_samples, maturity,
              estimated, revision, computed_at)
          SELECT '%s', '%s', 'BINARY', '*', '%s', %s, 'log_loss', %s, %s, %d, %d, '%s', false, 1, now()
          %s
          """
              .formatted(
                  model,
                  version,
                  variant,
                  window,
                  logLoss,
                  error,
                  predictions,
                  predictions,
                  maturity,
                  series),
          """
          INSERT INTO runway.label_coverage (model_id, model_version, task, segment, variant,
              window_start_at, window_end_at, received, predictions, joined, waiting, unlabelled,
              duplicates, conflicts, matured, matched_matured, maturity, revision, computed_at)
          SELECT '%1$s', '%2$s', 'BINARY', '*', '%3$s', %4$s, %5$d, %5$d, %5$d, 0, 0, 0, 0, %5$d, %5$d,
              '%6$s', 1, now()
          %7$s
          """
              .formatted(model, version, variant, window, predictions, maturity, series));
    }
  }

  private static void have(String model, double champion, double challenger) throws Exception {
    serve(model);
    Series.ofAll(model, "1").have(0, 30, 400, champion, 0.02);
    Series.ofAll(model, "2").have(0, 30, 100, challenger, 0.05);
  }

  /** Planted: it doubles the loss. */
  @Test
  void worseVersion_isTakenBack_whateverTheRuleForTooFewSays() throws Exception {
    have("worse", 0.3, 0.6);

    JsonNode said = asked("worse", "");
    assertThat(said.path("verdict").asText()).isEqualTo("TAKE_BACK");
    assertThat(said.path("decided_by").asText()).isEqualTo("TEST");
    assertThat(said.path("champion").asText()).isEqualTo("1");
    assertThat(said.path("metric").asText()).isEqualTo("log_loss");
    assertThat(said.path("windows").asInt()).isEqualTo(30);
    assertThat(said.path("difference").asDouble()).isBetween(0.299, 0.301);
    assertThat(said.path("low").asDouble()).isBetween(0.2, 0.299);
    assertThat(said.path("sample_ratio_p").asDouble()).isGreaterThan(0.9);
    assertThat(said.at("/arms/0/labels").asInt()).isEqualTo(3_000);
    assertThat(said.at("/arms/1/predictions").asInt()).isEqualTo(12_000);
    assertThat(gate("worse", "2")).isEqualTo(1);
    assertThat(gate("worse", "2", "--settle-at", "30")).isEqualTo(1);
    // It shows within hours.
    assertThat(gate("worse", "2", "--from", hoursAgo(31), "--to", hoursAgo(26))).isEqualTo(1);
  }

  @Test
  void betterVersion_isPromoted_afterADayAndNotBefore() throws Exception {
    have("better", 0.3, 0.25);

    assertThat(asked("better", "").path("verdict").asText()).isEqualTo("PROMOTE");
    assertThat(gate("better", "2")).isZero();
    JsonNode early = asked("better", "?to=" + hoursAgo(10));
    assertThat(early.path("windows").asInt()).isEqualTo(20);
    assertThat(early.path("verdict").asText()).isEqualTo("UNDECIDED");
    assertThat(early.path("reason").asText()).contains("was to be tried");
    assertThat(gate("better", "2", "--to", hoursAgo(10))).isEqualTo(4);
    assertThat(gate("better", "2", "--to", hoursAgo(10), "--min-hours", "20")).isZero();
    assertThat(gate("better", "2", "--min-labels", "3001")).isEqualTo(4);
  }

  @Test
  void equalVersion_isUndecided_untilTheRuleDecides() throws Exception {
    have("equal", 0.3, 0.2999);

    assertThat(gate("equal", "2")).isEqualTo(4);
    assertThat(gate("equal", "2", "--settle-at", "3001")).isEqualTo(4);
    assertThat(asked("equal", "?settle_at=3000").path("decided_by").asText()).isEqualTo("RULE");
    assertThat(gate("equal", "2", "--settle-at", "3000")).isZero();
    assertThat(gate("equal", "2", "--margin-percent", "20")).isZero();
  }

  @Test
  void trafficThatIsNotSplitAsPlanned_makesItInvalid() throws Exception {
    serve("skewed");
    Series.ofAll("skewed", "1").have(0, 30, 400, 0.3, 0.02);
    Series.ofAll("skewed", "2").have(0, 30, 80, 0.1, 0.05);

    JsonNode said = asked("skewed", "?settle_at=30");
    assertThat(said.path("verdict").asText()).isEqualTo("INVALID");
    assertThat(said.path("sample_ratio_p").asDouble()).isLessThan(0.001);
    assertThat(gate("skewed", "2", "--settle-at", "30")).isEqualTo(1);

    serve("lost");
    Series.ofAll("lost", "1").have(0, 30, 400, 0.3, 0.02);
    assertThat(asked("lost", "").path("verdict").asText()).as("none came").isEqualTo("INVALID");
  }

  /** Times that only one of the two has seen, and labels that are still due, would tilt it. */
  @Test
  void onlyFinalWindows_ofTheTimeInWhichBothServe_count() throws Exception {
    have("counted", 0.3, 0.3);
    JsonNode before = asked("counted", "");
    Series.ofAll("counted", "1").have(60, 5, 400, 9, 0.02);
    new Series("counted", "1", "*", "PROVISIONAL").have(30, 3, 400, 9, 0.02);
    new Series("counted", "2", "*", "PROVISIONAL").have(30, 3, 100, 9, 0.02);
    new Series("counted", "1", "canary:champion", "FINAL").have(0, 30, 400, 0.1, 0.002);
    Series.ofAll("counted", "3").have(0, 30, 400, 9, 0.02);

    assertThat(asked("counted", "")).isEqualTo(before);
    JsonNode marked = asked("counted", "?champion_variant=canary:champion");
    assertThat(marked.path("verdict").asText()).isEqualTo("TAKE_BACK");
    assertThat(asked("counted", "?champion_variant=nobody").path("verdict").asText())
        .isEqualTo("INVALID");
  }

  @Test
  void withoutACanary_thereIsNothingToAsk() throws Exception {
    serve("plain");
    String path = "/v1/models/plain/versions/";
    assertThat(API.get(path + "1/canary").status()).as("primary").isEqualTo(404);
    assertThat(API.get(path + "9/canary").status()).as("no version").isEqualTo(404);
    assertThat(gate("plain", "1")).isEqualTo(1);
    assertThat(asked("plain", "").path("verdict").asText()).isEqualTo("UNDECIDED");
    assertThat(gate("plain", "2")).isEqualTo(4);

    String other = deploy("plain", "2", "staging", "CANARY", 0.1);
    assertThat(API.get(path + "2/canary").status()).as("which of them").isEqualTo(400);
    assertThat(API.get(path + "2/canary?environment=staging").status())
        .as("nothing beside it")
        .isEqualTo(404);
    assertThat(asked("plain", "?environment=production").at("/arms/1/share").asDouble())
        .isEqualTo(0.8);
    end(other, "");
    assertThat(gate("plain", "2")).isEqualTo(4);

    String trial = asked("plain", "").path("deployment_id").asText();
    end(trial, ", \"reason\": \"worse by 0.3\"");
    assertThat(API.get(path + "2/canary").status()).as("over").isEqualTo(404);
    JsonNode audit = API.get("/v1/audit?model=plain").body().path("items");
    assertThat(audit.findValuesAsText("reason")).containsExactly("worse by 0.3");
  }

  private static void end(String deployment, String further) {
    RunningApi.Reply reply =
        API.put(
            "/v1/models/plain/deployments/" + deployment,
            "{\"share\": 0, \"ended\": true" + further + "}",
            "If-Match",
            "*");
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
  }

  private static String hoursAgo(int hours) {
    return newest.minus(Duration.ofHours(hours)).toString();
  }
}
