package dev.runway.driftmonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.driftmonitor.custom.CustomSettings;
import dev.runway.flink.CommonOptions;
import dev.runway.flink.OptionContract;
import dev.runway.flink.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriftMonitorOptionsTest {
  private static final Path DOCUMENT = Path.of("../../docs/configuration/drift-monitor.md");

  @Test
  void options_keepTheContractOfOptions() {
    OptionContract.require(CommonOptions.class, DriftMonitorOptions.class);
  }

  @Test
  void latenessOfHalfAMinute_isRefused() {
    assertThatThrownBy(
            () ->
                DriftMonitorOptions.from(
                    new String[] {
                      "--runway.kafka.bootstrap-servers", "b:1", "--runway.drift.lateness", "PT30S"
                    }))
        .hasMessageContaining("whole minutes");
  }

  /** No sample could ever be enough, and none was made without a word. */
  @Test
  void provisionalSampleBelowTheLeastThatIsJudged_isRefusedWithTheRemedy() {
    assertThatThrownBy(() -> from("--runway.drift.min-samples", "2001"))
        .hasMessageContaining(
            "runway.drift.provisional-sample (2,000) must be at least runway.drift.min-samples"
                + " (2,001), or 0");
    from("--runway.drift.min-samples", "2000");
    from("--runway.drift.min-samples", "2001", "--runway.drift.provisional-sample", "0");
  }

  /** Labels of a predicted number wait in state until there are so many. */
  @Test
  void referenceThatIsTooLarge_isRefused() {
    from("--runway.drift.reference-labels", "100000");
    assertThatThrownBy(() -> from("--runway.drift.reference-labels", "100001"))
        .hasMessageContaining("at most 100,000");
  }

  private static void from(String... more) {
    List<String> options = new ArrayList<>(List.of("--runway.kafka.bootstrap-servers", "b:1"));
    options.addAll(List.of(more));
    DriftMonitorOptions.topology(DriftMonitorOptions.from(options.toArray(String[]::new)));
  }

  @Test
  void metricsOfUsers_areNamesAndJars() {
    assertThat(
            custom(
                "--runway.drift.metrics",
                "b, a",
                "--runway.drift.metric-jars",
                "file:///j, s3://k/l"))
        .returns(List.of("b", "a"), CustomSettings::metrics)
        .returns(List.of("file:///j", "s3://k/l"), CustomSettings::jars);
    assertThat(custom()).isEqualTo(CustomSettings.none());
  }

  @Test
  void metricsOfUsers_thatMakeNoSense_areRefused() {
    assertThatThrownBy(() -> custom("--runway.drift.metrics", "a,b,a"))
        .hasMessageContaining("different names");
    assertThatThrownBy(() -> custom("--runway.drift.metrics", "a,b,c,d,e,f,g,h,i"))
        .hasMessageContaining("1 to 8");
    assertThatThrownBy(() -> custom("--runway.drift.metric-jars", "file:///j"))
        .hasMessageContaining("name them in runway.drift.metrics");
  }

  private static CustomSettings custom(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--runway.kafka.bootstrap-servers", "b:1"));
    all.addAll(List.of(arguments));
    return DriftMonitorOptions.custom(DriftMonitorOptions.from(all.toArray(String[]::new)));
  }

  @Test
  void document_isThatOfTheOptions() throws IOException {
    String expected =
        "# Options of drift-monitor\n\n"
            + "Given as `--name value`, or in a properties file with `--config FILE`.\n\n"
            + Options.describe(CommonOptions.class, DriftMonitorOptions.class);
    if (Boolean.getBoolean("runway.docs.write")) {
      Files.createDirectories(DOCUMENT.getParent());
      Files.writeString(DOCUMENT, expected);
    }
    assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
        .as(
            "docs/configuration/drift-monitor.md; write it anew with ./mvnw -pl"
                + " jobs/drift-monitor -am test -Dtest=DriftMonitorOptionsTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Drunway.docs.write=true")
        .isEqualTo(expected);
  }
}
