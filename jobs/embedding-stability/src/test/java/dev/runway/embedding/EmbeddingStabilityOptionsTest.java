package dev.runway.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.OptionContract;
import dev.runway.flink.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EmbeddingStabilityOptionsTest {
  private static final Path DOCUMENT = Path.of("../../docs/configuration/embedding-stability.md");

  @Test
  void options_keepTheContractOfOptions() {
    OptionContract.require(CommonOptions.class, EmbeddingStabilityOptions.class);
  }

  @Test
  void fewerNeighbourItemsThanAVerdictTakes_areRefused() {
    assertThatThrownBy(
            () ->
                EmbeddingStabilityOptions.from(
                    new String[] {
                      "--runway.kafka.bootstrap-servers", "b:1",
                      "--runway.embedding.neighbour-items", "999"
                    }))
        .hasMessageContaining("must be from 1,000");
  }

  @Test
  void document_isThatOfTheOptions() throws IOException {
    String expected =
        "# Options of embedding-stability\n\n"
            + "Given as `--name value`, or in a properties file with `--config FILE`.\n\n"
            + Options.describe(CommonOptions.class, EmbeddingStabilityOptions.class);
    if (Boolean.getBoolean("runway.docs.write")) {
      Files.createDirectories(DOCUMENT.getParent());
      Files.writeString(DOCUMENT, expected);
    }
    assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
        .as(
            "docs/configuration/embedding-stability.md; write it anew with ./mvnw -pl"
                + " jobs/embedding-stability -am test -Dtest=EmbeddingStabilityOptionsTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Drunway.docs.write=true")
        .isEqualTo(expected);
  }
}
