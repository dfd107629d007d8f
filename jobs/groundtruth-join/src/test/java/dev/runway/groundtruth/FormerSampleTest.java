package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sample rate that is lowered must not take the outcomes of predictions that wait already. */
class FormerSampleTest {
  private static final double BEFORE = 0.5;
  private static final double NOW = 0.1;

  @Test
  void outcomes_areThoseOfTodaysSample_thoseOfTheFormerOneMarked_andNoOthers() throws Exception {
    OutcomeDecoder decoder =
        new OutcomeDecoder(
            new Admitting(TimeBounds.earliest(Instant.EPOCH), 1, f -> new Lowered()));
    decoder.open(letter -> {});
    int marked = 0;
    for (int i = 0; i < 1_000; i++) {
      String id = "prediction-" + i;
      double position = Sampler.position(id);
      AdmittedOutcome admitted = decoder.decode(outcome(id));

      assertThat(admitted == null).as(id).isEqualTo(position >= BEFORE);
      if (admitted != null) {
        assertThat(admitted.formerSample()).as(id).isEqualTo(position >= NOW);
        marked += admitted.formerSample() ? 1 : 0;
      }
    }

    assertThat(marked).isBetween(340, 460);
  }

  private static RawEvent outcome(String id) {
    String json =
        "{\"prediction_id\":\"%s\",\"model_id\":\"m\",\"observed_at\":1,\"label\":\"true\"}"
            .formatted(id);
    return new RawEvent(
        id.getBytes(StandardCharsets.UTF_8),
        json.getBytes(StandardCharsets.UTF_8),
        "outcomes",
        0,
        0,
        1,
        List.of());
  }

  /** A model whose rate was lowered a moment ago. */
  private static final class Lowered implements ModelDirectory {
    @Override
    public ModelDocument find(String modelId, long asOfMillis) {
      return new ModelDocument(
          modelId,
          2,
          3,
          null,
          Task.BINARY,
          LabelPolicy.EXPLICIT,
          Reduction.LAST,
          Duration.ofHours(1),
          null,
          null,
          1,
          0.5,
          Duration.ofMinutes(1),
          NOW,
          List.of(),
          List.of(),
          List.of(),
          List.of());
    }

    @Override
    public double rateOfOpenPredictions(ModelDocument model, long asOfMillis) {
      return BEFORE;
    }

    @Override
    public void close() {}
  }
}
