package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionsTest {
  static final class Jobs {
    static final Option<Duration> WAIT =
        Option.duration("runway.test.label-wait")
            .withDefault(Duration.ofDays(7))
            .checked(d -> !d.isNegative(), "must not be negative: 0 waits for nothing")
            .describedAs("How long to wait.");

    enum Speed {
      FAST,
      SLOW
    }

    static final Option<Speed> SPEED =
        Option.choice("runway.test.speed", Speed.class).describedAs("How fast.");

    static final Option<LocalDate> DAY = Option.day("runway.test.day").describedAs("Which day.");

    static final Option<String> GROUP = CommonOptions.GROUP.withDefault("runway-test");

    private Jobs() {}
  }

  @TempDir Path folder;

  @Test
  void arguments_areReadInBothForms() {
    Options options =
        from("--runway.kafka.bootstrap-servers", "a:1", "--runway.test.label-wait=PT1H");

    assertThat(options.get(CommonOptions.BOOTSTRAP_SERVERS)).isEqualTo("a:1");
    assertThat(options.get(Jobs.WAIT)).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void choicesAndDays_areReadOrToldHowTheyLook() {
    Options options =
        from(
            "--runway.kafka.bootstrap-servers=a:1",
            "--runway.test.speed=slow",
            "--runway.test.day=2026-11-25");

    assertThat(options.get(Jobs.SPEED)).isEqualTo(Jobs.Speed.SLOW);
    assertThat(options.get(Jobs.DAY)).isEqualTo(LocalDate.of(2026, 11, 25));
    assertThatThrownBy(
            () ->
                from(
                    "--runway.kafka.bootstrap-servers=a:1",
                    "--runway.test.speed=lame",
                    "--runway.test.day=today"))
        .hasMessageContaining("runway.test.speed (lame) is no choice: give fast or slow")
        .hasMessageContaining("runway.test.day (today) is no day: give ISO 8601 such as");
  }

  @Test
  void absentOption_hasItsDefault() {
    assertThat(minimal().get(Jobs.WAIT)).isEqualTo(Duration.ofDays(7));
    assertThat(minimal().find(CommonOptions.EARLIEST)).isNull();
  }

  @Test
  void optionDeclaredAgain_hasTheLaterDefault() {
    assertThat(minimal().get(CommonOptions.GROUP)).isEqualTo("runway-test");
  }

  @Test
  void argument_winsOverFile() throws IOException {
    Path file = folder.resolve("job.properties");
    Files.writeString(
        file, "runway.kafka.bootstrap-servers=file:1\nrunway.kafka.group=from-file\n");

    Options options =
        from("--config", file.toString(), "--runway.kafka.bootstrap-servers", "argument:1");

    assertThat(options.get(CommonOptions.BOOTSTRAP_SERVERS)).isEqualTo("argument:1");
    assertThat(options.get(CommonOptions.GROUP)).isEqualTo("from-file");
  }

  @Test
  void unknownOption_namesTheClosest() {
    assertThatThrownBy(() -> from("--runway.test.label-wiat", "PT1H"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no option --runway.test.label-wiat")
        .hasMessageContaining("did you mean --runway.test.label-wait?");
  }

  @Test
  void allProblems_areReportedAtOnce() {
    assertThatThrownBy(
            () ->
                from(
                    "stray",
                    "--runway.test.label-wait",
                    "seven",
                    "--runway.sample-rate",
                    "1.5",
                    "--runway.namespace"))
        .hasMessageContaining("stray is no option")
        .hasMessageContaining("runway.test.label-wait (seven) is no duration: give ISO 8601")
        .hasMessageContaining("runway.sample-rate (1.5) must be from 2^-20")
        .hasMessageContaining("--runway.namespace has no value")
        .hasMessageContaining("--runway.kafka.bootstrap-servers is missing");
  }

  @Test
  void sampleRateWhoseWeightNoEventMayCarry_isRefused() {
    assertThatThrownBy(
            () -> from("--runway.kafka.bootstrap-servers", "a:1", "--runway.sample-rate", "1e-7"))
        .hasMessageContaining("runway.sample-rate (1.0E-7) must be from 2^-20");
  }

  @Test
  void valueOutsideItsRule_carriesTheRemedy() {
    assertThatThrownBy(
            () -> from("--runway.kafka.bootstrap-servers", "a:1", "--runway.test.label-wait=-PT1H"))
        .hasMessage("runway.test.label-wait (PT-1H) must not be negative: 0 waits for nothing");
  }

  @Test
  void defaultOutsideItsRule_cannotBeDeclared() {
    assertThatThrownBy(
            () -> Option.integer("runway.test.n").withDefault(0).checked(n -> n > 0, "must rise"))
        .hasMessageContaining("runway.test.n (0) must rise");
  }

  @Test
  void description_isAMarkdownTable() {
    assertThat(Options.describe(Jobs.class).lines())
        .contains(
            "| option | type | default | what it does |",
            "| `runway.test.label-wait` | duration | `PT168H` | How long to wait. |");
  }

  @Test
  void eventInput_takesTheFloorOverTheAge() {
    Options options =
        from(
            "--runway.kafka.bootstrap-servers",
            "a:1",
            "--runway.events.earliest",
            "1980-01-01T00:00:00Z");

    assertThat(CommonOptions.events(options).bounds().floor(Raw.KAFKA_TIME))
        .isEqualTo(Instant.parse("1980-01-01T00:00:00Z").toEpochMilli());
    assertThat(CommonOptions.bounds(minimal()).floor(Raw.KAFKA_TIME))
        .isEqualTo(Raw.KAFKA_TIME - Duration.ofDays(40).toMillis());
  }

  @Test
  void kafkaProperties_comeFromAFileAndAreNotShown() throws IOException {
    Path file = folder.resolve("kafka.properties");
    Files.writeString(file, "sasl.jaas.config=canary\n");

    KafkaAccess kafka =
        CommonOptions.kafka(
            from(
                "--runway.kafka.bootstrap-servers",
                "a:1",
                "--runway.kafka.properties-file",
                file.toString()));

    assertThat(kafka.properties()).containsEntry("sasl.jaas.config", "canary");
    assertThat(kafka.toString()).isEqualTo("a:1");
  }

  private static Options minimal() {
    return from("--runway.kafka.bootstrap-servers", "a:1");
  }

  private static Options from(String... args) {
    return Options.from(args, CommonOptions.class, Jobs.class);
  }
}
