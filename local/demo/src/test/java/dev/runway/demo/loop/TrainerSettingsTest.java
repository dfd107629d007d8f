package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerSettingsTest {
  @TempDir Path folder;

  @Test
  void file_holdsAllOfThem() throws Exception {
    TrainerSettings settings =
        new TrainerSettings(
            "127.0.0.1:9092",
            "runway-loop",
            URI.create("http://127.0.0.1:1"),
            folder.resolve("a token"),
            folder.resolve("models"),
            Map.of("rain-tomorrow", new LoopModel.Training(100, 30, 1.5, 0.4)),
            Set.of("rain-tomorrow", "late-arrival"));
    Path file = folder.resolve("deep").resolve("trainer.properties");

    settings.write(file);

    assertThat(TrainerSettings.read(file)).isEqualTo(settings);
    settings.withReversed(Set.of()).write(file);
    assertThat(TrainerSettings.read(file)).isEqualTo(settings.withReversed(Set.of()));
  }

  @Test
  void unknownModel_isNamed() {
    TrainerSettings settings =
        new TrainerSettings("", "", URI.create("http://a"), folder, folder, Map.of(), Set.of());

    assertThatThrownBy(() -> settings.training("rain")).hasMessageContaining("rain");
  }
}
