package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.OptionContract;
import dev.runway.flink.Options;
import dev.runway.groundtruth.archive.Coverage;
import dev.runway.groundtruth.archive.Days;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
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
  void batchWithoutDayOrArchive_isToldAtOnce() {
    assertThatThrownBy(() -> from("--mode", "batch"))
        .hasMessageContaining("--runway.archive.folder")
        .hasMessageContaining("give --day");
  }

  @Test
  void untilBeforeDay_isRefused() {
    assertThatThrownBy(
            () ->
                from(
                    "--mode", "batch",
                    "--runway.archive.folder", "file:///archive",
                    "--day", "2026-11-25",
                    "--until", "2026-11-24"))
        .hasMessageContaining("--until (2026-11-24) must not be before --day (2026-11-25)");
  }

  @Test
  void dayOfAStream_isRefused() {
    assertThatThrownBy(() -> from("--day", "2026-11-25")).hasMessageContaining("--mode batch");
  }

  @Test
  void range_readsTheDaysAroundThoseAskedFor() {
    MasterRange range =
        GroundTruthOptions.range(
            from(
                "--mode", "batch",
                "--runway.archive.folder", "file:///archive",
                "--day", "2026-11-25",
                "--until", "2026-11-26"),
            Coverage.of(List.of()));

    assertThat(range.days())
        .isEqualTo(Days.of(LocalDate.of(2026, 11, 25), LocalDate.of(2026, 11, 26)));
    assertThat(range.predictions())
        .isEqualTo(Days.of(LocalDate.of(2026, 11, 24), LocalDate.of(2026, 11, 27)));
    // An hour before the first prediction, and 35 days behind the last one.
    assertThat(range.outcomes())
        .isEqualTo(Days.of(LocalDate.of(2026, 11, 23), LocalDate.of(2027, 1, 1)));
  }

  private static Options from(String... more) {
    List<String> all = new ArrayList<>(List.of("--runway.kafka.bootstrap-servers", "b:1"));
    all.addAll(List.of(more));
    return GroundTruthOptions.from(all.toArray(new String[0]));
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
