package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.stack.flink.FlinkConfiguration;
import dev.runway.stack.flink.FlinkRest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The second act of the demo on the real stack: whether its story happens, and not how fast. */
@Order(2)
@ExtendWith(WithStack.class)
@ResourceLock(value = WithStack.PEACE, mode = ResourceAccessMode.READ)
class LoopITCase {
  private static final Duration LIMIT = Duration.ofMinutes(40);

  @Test
  void modelsGoStale_areRetrainedByDecisionAndApproval_andServeBetter(TestStack stack)
      throws Exception {
    Runway.Said said = stack.runway().run(LIMIT, "demo", "--act", "LOOP");

    assertThat(said.exitCode()).as(said.output()).isZero();
    Path file = stack.folder().root().resolve("demo").resolve("loop-summary.json");
    JsonNode summary = new ObjectMapper().readTree(file.toFile());
    assertThat(summary.path("story")).hasSizeGreaterThanOrEqualTo(8);
    for (JsonNode chapter : summary.path("story")) {
      assertThat(chapter.path("happened").asBoolean()).as(chapter.toString()).isTrue();
    }
    assertThat(summary.path("dead_letters").asLong()).isZero();
    for (String model : List.of("strike-damage", "rain-tomorrow", "trip-eta")) {
      JsonNode its = model(summary, model);
      assertThat(its.path("log_loss_with").asDouble())
          .as(model)
          .isLessThan(its.path("log_loss_without").asDouble());
    }
    assertThat(events(summary, "rain-tomorrow"))
        .anyMatch(what -> what.contains("AWAITING_APPROVAL"))
        .anyMatch(what -> what.contains("approves"))
        .anyMatch(what -> what.contains("SUCCEEDED"));
    assertThat(events(summary, "late-arrival"))
        .anyMatch(what -> what.contains("INVESTIGATE_DATA"))
        .anyMatch(what -> what.contains("offline gate refuses"));
    // No decision has had it trained. Of what people asked for one was refused by the offline gate,
    // and one by the canary gate, which knows what the other one cannot.
    assertThat(model(summary, "late-arrival").path("retrains")).isEmpty();
    assertThat(events(summary, "late-arrival"))
        .filteredOn(what -> what.contains("SUCCEEDED"))
        .hasSize(1);
    assertThat(events(summary, "late-arrival"))
        .anyMatch(what -> what.matches("canary gate: version 3 is taken back.*"));
    assertThat(summary.path("had_it_not_been_held"))
        .hasSize(10)
        .allSatisfy(
            step ->
                assertThat(step.path("gate_by_other_weeks").path("passes").asBoolean())
                    .as(step.toString())
                    .isFalse());
    assertThat(events(summary, "trip-price")).anyMatch(what -> what.contains("ATTRIBUTED"));
    requireCanaries(summary);
    requireJobsEnded(stack);
    LeftPage page = requirePage(stack, said.out());
    LoopQuestions.require(stack);
    // Its exit code is of all that runs, and other tests have jobs that begin or end.
    assertThat(stack.runway().run(LIMIT, "status").out())
        .contains(page.address() + "/  of runway-loop");

    stack.runway().runWell(LIMIT, "drop", "runway-loop");
    page.requireGone();
  }

  /** Whatever took over had its share of the traffic before, and what is bad did not take over. */
  private static void requireCanaries(JsonNode summary) {
    List<JsonNode> reversed = new ArrayList<>();
    for (JsonNode trial : summary.path("canaries")) {
      if (trial.path("model_id").asText().equals("late-arrival")) {
        reversed.add(trial);
      } else if (trial.path("over").asBoolean()) {
        assertThat(trial.path("cases").asInt()).as(trial.toString()).isGreaterThanOrEqualTo(30);
        assertThat(trial.path("sample_ratio_p").asDouble())
            .as(trial.toString())
            .isGreaterThan(0.001);
      }
    }
    assertThat(reversed)
        .singleElement()
        .satisfies(
            trial -> {
              assertThat(trial.path("verdict").asText()).isEqualTo("TAKE_BACK");
              assertThat(trial.path("decided_by").asText()).isEqualTo("TEST");
              assertThat(trial.path("low").asDouble()).isPositive();
            });
    for (String model : List.of("strike-damage", "rain-tomorrow", "trip-eta", "trip-price")) {
      assertThat(events(summary, model))
          .as(model)
          .anyMatch(what -> what.matches("canary: version .* of the cases.*"))
          .anyMatch(what -> what.matches("canary gate: version .* takes over.*"));
    }
  }

  /** Its story is there to be looked at, by the token that the demo has named and no other. */
  private static LeftPage requirePage(TestStack stack, String said) throws Exception {
    LeftPage page = LeftPage.of(stack, "runway-loop");
    assertThat(said)
        .contains(
            "page         " + page.address() + "/",
            "token        in " + page.tokenFile(),
            "./runway sql --namespace runway-loop");
    page.require();
    assertThat(page.texts("/v1/views/fleet", "model_id"))
        .containsExactlyInAnyOrder(
            "strike-damage", "rain-tomorrow", "late-arrival", "trip-eta", "trip-price");
    assertThat(page.texts("/v1/retrains?model=rain-tomorrow", "state")).contains("SUCCEEDED");
    Path loop = stack.folder().root().resolve("demo").resolve("loop");
    assertThat(loop.resolve("models")).isDirectory();
    assertThat(loop.resolve("trainer-token")).doesNotExist();
    // That of the trainings is no word to anybody any more, wherever a copy of it may be.
    JsonNode tokens = page.get("/v1/tokens").path("items");
    assertThat(tokens).anyMatch(token -> token.path("name").asText().equals("trainer"));
    for (JsonNode token : tokens) {
      assertThat(token.hasNonNull("revoked_at")).as(token.toString()).isTrue();
    }
    return page;
  }

  private static JsonNode model(JsonNode summary, String id) {
    for (JsonNode model : summary.path("models")) {
      if (model.path("model_id").asText().equals(id)) {
        return model;
      }
    }
    throw new AssertionError("no " + id + " in " + summary);
  }

  private static List<String> events(JsonNode summary, String id) {
    List<String> events = new ArrayList<>();
    model(summary, id).path("events").forEach(event -> events.add(event.path("what").asText()));
    return events;
  }

  /** They would take slots for ever, and come back with every up. */
  private static void requireJobsEnded(TestStack stack) throws Exception {
    for (String job :
        List.of(
            "groundtruth-join-runway-loop",
            "drift-monitor-runway-loop",
            "retrain-trigger-runway-loop",
            "result-tables-runway-loop")) {
      String id = stack.client().jobId(job).orElseThrow();
      assertThat(stack.job(id).map(FlinkRest.Job::ended)).as(job).hasValue(true);
      assertThat(new FlinkConfiguration(stack.folder()).checkpoints(job)).doesNotExist();
    }
  }
}
