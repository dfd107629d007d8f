package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.SomeModel;
import dev.runway.model.EntityKeys;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom an admitted prediction is about. */
class EntityKeyAdmissionTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;

  @Test
  void prediction_carriesTheKeyOfItsSubject_ifThereIsASecret() throws Exception {
    Path file = folder.resolve("secret");
    Files.writeString(file, SECRET);

    assertThat(admitted(file.toString(), "\"entity_id\":\"anna\",").entity())
        .isEqualTo(EntityKeys.of(SECRET.getBytes(StandardCharsets.UTF_8)).of("anna"));
    assertThat(admitted(file.toString(), "").entity()).isNull();
    assertThat(admitted(null, "\"entity_id\":\"anna\",").entity()).isNull();
  }

  @Test
  void secretThatCannotBeRead_stopsTheJob() throws IOException {
    String missing = folder.resolve("missing").toString();

    assertThatThrownBy(() -> admitted(missing, "\"entity_id\":\"anna\","))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(missing);
  }

  private static AdmittedPrediction admitted(@Nullable String secret, String entity)
      throws MalformedEvent {
    PredictionDecoder decoder =
        new PredictionDecoder(
            new Admitting(
                TimeBounds.earliest(Instant.EPOCH),
                1,
                ModelDirectory.fixed(SomeModel.explicit().document()),
                secret));
    decoder.open(letter -> {});
    String json =
        "{\"prediction_id\":\"p\",\"model_id\":\"m\",\"model_version\":\"v1\",%s\"predicted_at\":1,\"score\":0.5}"
            .formatted(entity);
    AdmittedPrediction admitted =
        decoder.decode(
            new RawEvent(
                "p".getBytes(StandardCharsets.UTF_8),
                json.getBytes(StandardCharsets.UTF_8),
                "predictions",
                0,
                0,
                1,
                List.of()));
    assertThat(admitted).isNotNull();
    return admitted;
  }
}
