package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.OptionContract;
import dev.runway.flink.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GroundTruthOptionsTest {
  private static final Path DOCUMENT = Path.of("../../docs/configuration/groundtruth-join.md");

  @Test
  void options_keepTheContractOfOptions() {
    OptionContract.require(CommonOptions.class, GroundTruthOptions.class);
  }

  @Test
  void misspeltOption_namesTheClosest() {
    assertThatThrownBy(
            () ->
                GroundTruthOptions.from(
                    new String[] {
                      "--runway.kafka.bootstrap-servers", "b:1",
                      "--runway.groundtruth.orphan-wiat", "PT1H"
                    }))
        .hasMessageContaining("did you mean --runway.groundtruth.orphan-wait");
  }

  @Test
  void document_isThatOfTheOptions() throws IOException {
    String expected =
        "# Options of groundtruth-join\n\n"
            + "Given as `--name value`, or in a properties file with `--config FILE`.\n\n"
            + Options.describe(CommonOptions.class, GroundTruthOptions.class);
    if (Boolean.getBoolean("runway.docs.write")) {
      Files.createDirectories(DOCUMENT.getParent());
      Files.writeString(DOCUMENT, expected);
    }
    assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
        .as(
            "docs/configuration/groundtruth-join.md; write it anew with ./mvnw -pl"
                + " jobs/groundtruth-join -am test -Dtest=GroundTruthOptionsTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Drunway.docs.write=true")
        .isEqualTo(expected);
  }
}
