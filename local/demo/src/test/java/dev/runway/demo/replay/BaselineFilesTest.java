package dev.runway.demo.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.model.Baseline;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineFilesTest {
  @TempDir Path folder;

  private List<ModelDocument> models;

  @BeforeEach
  void readModel() throws Exception {
    String model = "{\"model_id\":\"m\",\"task\":\"BINARY\",\"versions\":[\"1\",\"2\"]}";
    models = List.of(ModelDocumentCodec.read(model.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void profile_isABaselineOfItsVersion() throws Exception {
    Baseline baseline = BaselineFiles.read(List.of(profile("m", "2")), models).get(0);

    assertThat(baseline)
        .returns("m", Baseline::modelId)
        .returns("2", Baseline::modelVersion)
        .returns("p-m-2", Baseline::profileId)
        .returns(1_700_000_000_000L, Baseline::createdAtMillis)
        .returns(false, Baseline::provisional);
  }

  @Test
  void versionThatNobodyPlays_isRefused() {
    assertThatThrownBy(() -> BaselineFiles.read(List.of(profile("m", "3")), models))
        .hasMessageContaining("is of m 3, and no --model has that version");
    assertThatThrownBy(() -> BaselineFiles.read(List.of(profile("n", "1")), models))
        .hasMessageContaining("is of n 1, and no --model has that version");
  }

  @Test
  void secondBaselineOfAVersion_isRefused() {
    assertThatThrownBy(
            () -> BaselineFiles.read(List.of(profile("m", "1"), profile("m", "1")), models))
        .hasMessageContaining("another baseline of m 1");
  }

  @Test
  void otherFile_isRefusedByName() throws Exception {
    Path file = Files.writeString(folder.resolve("model.json"), "{\"model_id\":\"m\"}");

    assertThatThrownBy(() -> BaselineFiles.read(List.of(file), models))
        .hasMessageContaining(file + " is no profile of ./runway profile");
  }

  private Path profile(String model, String version) throws Exception {
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      double value = i;
      rows.add(values -> values.number(0, value));
    }
    BaselineProfile profile =
        ProfileBuilder.build(
            new Identity(
                "p-" + model + "-" + version,
                model,
                version,
                1_700_000_000_000L,
                Source.PROFILE_JOB),
            Precision.DOUBLE,
            List.of(Declared.numeric("x")),
            ProfileOptions.standard(1),
            rows);
    return Files.write(folder.resolve(model + version + ".json"), ProfileJson.write(profile));
  }
}
