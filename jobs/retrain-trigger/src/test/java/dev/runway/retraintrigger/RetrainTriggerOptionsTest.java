package dev.runway.retraintrigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.OptionContract;
import dev.runway.flink.Options;
import dev.runway.retraintrigger.decision.TriggerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetrainTriggerOptionsTest {
  private static final Path DOCUMENT = Path.of("../../docs/configuration/retrain-trigger.md");

  @Test
  void options_keepTheContractOfOptions() {
    OptionContract.require(CommonOptions.class, RetrainTriggerOptions.class);
  }

  @Test
  void settings_areTheUsualOnes_unlessTheyAreGiven() {
    assertThat(RetrainTriggerOptions.trigger(from())).isEqualTo(TriggerSettings.standard());
    assertThat(
            RetrainTriggerOptions.trigger(
                from("--runway.trigger.cooldown", "PT6H", "--runway.trigger.estimated-cost", "80")))
        .returns(6 * 3_600_000L, TriggerSettings::cooldownMillis)
        .returns(80.0, TriggerSettings::estimatedCost);
  }

  @Test
  void latenessOfAnHour_isRefused() {
    assertThatThrownBy(() -> from("--runway.trigger.lateness", "PT1H"))
        .hasMessageContaining("must be from 1 to 10 minutes");
  }

  /** Or else no reading would be there when its window is judged. */
  @Test
  void window_isJudgedOnceItsReadingMayBeThere() {
    assertThat(RetrainTriggerOptions.trigger(from("--runway.events.out-of-orderness", "PT1H")))
        .returns(61 * 60_000L, TriggerSettings::latenessMillis);
  }

  private static Options from(String... more) {
    List<String> options = new ArrayList<>(List.of("--runway.kafka.bootstrap-servers", "b:1"));
    options.addAll(List.of(more));
    return RetrainTriggerOptions.from(options.toArray(String[]::new));
  }

  @Test
  void document_isThatOfTheOptions() throws IOException {
    String expected =
        "# Options of retrain-trigger\n\n"
            + "Given as `--name value`, or in a properties file with `--config FILE`.\n\n"
            + Options.describe(CommonOptions.class, RetrainTriggerOptions.class);
    if (Boolean.getBoolean("runway.docs.write")) {
      Files.createDirectories(DOCUMENT.getParent());
      Files.writeString(DOCUMENT, expected);
    }
    assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
        .as(
            "docs/configuration/retrain-trigger.md; write it anew with ./mvnw -pl"
                + " jobs/retrain-trigger -am test -Dtest=RetrainTriggerOptionsTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Drunway.docs.write=true")
        .isEqualTo(expected);
  }
}
