package dev.runway.control.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ControlSettingsTest {
  @Test
  void everySettingIsListedAndDescribed() {
    long declared =
        Stream.of(ControlSettings.class, SchedulerSettings.class, AlertSettings.class)
            .flatMap(one -> Arrays.stream(one.getDeclaredFields()))
            .filter(field -> Modifier.isStatic(field.getModifiers()))
            .filter(field -> field.getType() == Setting.class)
            .count();
    assertThat(ControlSettings.ALL)
        .hasSize((int) declared)
        .allSatisfy(
            setting -> {
              assertThat(setting.name()).matches("runway(\\.[a-z][a-z0-9-]*){1,3}");
              assertThat(setting.description()).matches("[A-Z].*\\.");
            });
  }

  /** {@code -Drunway.docs.write=true} writes it. */
  @Test
  void document_isUpToDate() throws Exception {
    String text =
        "# Settings of the control API\n\nGiven in a properties file with `--config FILE` and,"
            + " above it, in the environment.\n\n"
            + Settings.describe(ControlSettings.ALL);
    Path file = Path.of("..", "docs", "configuration", "control-api.md");
    if (Boolean.getBoolean("runway.docs.write")) {
      Files.writeString(file, text);
    }
    assertThat(file).hasContent(text);
  }
}
