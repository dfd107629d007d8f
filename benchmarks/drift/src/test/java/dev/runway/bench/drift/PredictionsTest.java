package dev.runway.bench.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.bench.drift.Load.Encoding;
import dev.runway.bench.drift.Load.Share;
import dev.runway.flink.PredictionForm;
import dev.runway.flink.RawEvent;
import dev.runway.model.Prediction;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PredictionsTest {
  private static final long AT = 1_790_000_000_123L;

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void predictions_areWhatTheJobReads_eachWithItsTimeAndId(Encoding encoding) throws Exception {
    Predictions predictions = predictions(Load.of(encoding, 3, 2));
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      String model = Fleet.modelId(predictions.nextModel());
      RawEvent event = predictions.next(AT + i);
      Prediction read = PredictionForm.read(event);

      assertThat(read.modelId()).isEqualTo(model);
      assertThat(read.predictedAtMillis()).isEqualTo(AT + i);
      assertThat(event.key()).asString(StandardCharsets.US_ASCII).isEqualTo(read.predictionId());
      ids.add(read.predictionId());
    }
    assertThat(ids).hasSize(5_000);
  }

  @Test
  void hotModel_hasNineTenths() {
    Predictions predictions = predictions(new Load(Encoding.AVRO, 1, 10, Share.HOT, 1));
    int hot = 0;
    for (int i = 0; i < 10_000; i++) {
      hot += predictions.nextModel() == 0 ? 1 : 0;
      predictions.next(AT);
    }
    assertThat(hot).isBetween(8_800, 9_200);
  }

  private static Predictions predictions(Load load) {
    return new Predictions(new Fleet(load.features(), load.models()), load, 7, false, 0, 1);
  }
}
