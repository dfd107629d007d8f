package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.e2e.drift.PlainPsi;
import dev.runway.stack.Installation;
import dev.runway.stack.flink.FlinkConfiguration;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code runway replay} with the example of docs/events.md, and {@code runway drop} after it. */
@Order(2)
@ExtendWith(WithStack.class)
@ResourceLock(value = WithStack.PEACE, mode = ResourceAccessMode.READ)
class ReplayITCase {
  private static final Duration LIMIT = Duration.ofMinutes(12);

  @TempDir Path folder;

  @Test
  void exampleOfThePage_isJsonAloneOnStandardOutput_andDropEndsIt(TestStack stack)
      throws Exception {
    Runway.Said said =
        stack
            .runway()
            .run(
                LIMIT,
                "replay",
                "--json",
                "--keep",
                "--model=" + plain("model"),
                "--predictions=" + zipped("predictions"),
                "--outcomes=" + plain("outcomes"));

    assertThat(said.exitCode()).as(said.err()).isZero();
    // The whole of it: anything but the summary would break the parser.
    JsonNode summary = new ObjectMapper().readTree(said.out());
    assertThat(summary.path("final").asBoolean()).isTrue();
    assertThat(summary.path("adds_up").asBoolean()).isTrue();
    assertThat(summary.at("/sent/predictions").asLong()).isEqualTo(3);
    assertThat(summary.at("/sent/outcomes").asLong()).isEqualTo(3);
    assertThat(summary.at("/predictions/joined").asLong()).isEqualTo(2);
    assertThat(summary.at("/predictions/unlabelled").asLong()).isEqualTo(1);
    // a1 is right; a2's later outcome says true, against a score of 0.12.
    assertThat(summary.at("/models/0/total/metrics/accuracy/value").asDouble()).isEqualTo(0.5);
    assertThat(said.err()).contains("3 predictions and 3 outcomes", "events sent");

    String namespace = summary.path("namespace").asText();
    assertThat(living(stack, namespace)).isEqualTo(3);
    stack.runway().runWell(LIMIT, "drop", namespace);
    requireNothingLeft(stack, namespace);
  }

  /** One version against its profile, the other against its own first hours. */
  @Test
  void shiftInAUsersFiles_isFound_withThePsiOfTheValuesThemselves(TestStack stack)
      throws Exception {
    ShiftedFiles files = new ShiftedFiles(folder);
    Path profile = folder.resolve("churn-1.baseline.json");
    stack
        .runway()
        .runWell(
            LIMIT,
            "profile",
            "--model=churn",
            "--version=1",
            "--input=" + files.file("training.csv"),
            "--output=" + profile);

    Runway.Said said =
        stack
            .runway()
            .run(
                LIMIT,
                "replay",
                "--json",
                "--model=" + files.file("model.json"),
                "--predictions=" + files.file("predictions.jsonl"),
                "--outcomes=" + files.file("outcomes.jsonl"),
                "--baseline=" + profile);

    assertThat(said.exitCode()).as(said.err()).isZero();
    JsonNode drift = new ObjectMapper().readTree(said.out()).at("/drift/0");
    assertThat(drift.path("model_id").asText()).isEqualTo("churn");
    assertThat(drift.path("window").asText()).isEqualTo("PT1H");
    assertThat(drift.path("provisional").asBoolean()).isTrue();
    assertThat(drift.path("predictions").asLong())
        .isEqualTo(2 * ShiftedFiles.PER_HOUR * ShiftedFiles.HOURS);
    assertThat(drift.at("/readings/EVALUATED").asLong()).isEqualTo(2 * ShiftedFiles.HOURS);
    JsonNode alarms = drift.path("other_alarms");
    assertThat(alarms).as(drift.toString()).hasSize(2);
    for (JsonNode alarm : alarms) {
      assertThat(alarm.path("feature").asText()).isEqualTo("amount");
      assertThat(alarm.path("fired").asInt())
          .isEqualTo(ShiftedFiles.HOURS - ShiftedFiles.SHIFT_FROM);
    }
    JsonNode highest = alarms.get(0).path("highest");
    long end = Instant.parse(highest.path("window_end").asText()).toEpochMilli();
    assertThat(alarms.get(0).path("version").asText()).isEqualTo("1");
    assertThat(highest.path("metric").asText()).isEqualTo("psi");
    assertThat(highest.path("samples").asInt()).isEqualTo(ShiftedFiles.PER_HOUR);
    assertThat(highest.path("value").asDouble())
        .isCloseTo(PlainPsi.of(files.training(), files.amounts(end)), within(1e-9))
        .isGreaterThan(highest.path("threshold").asDouble());
  }

  @Test
  void missingFile_isNamedInOneLine(TestStack stack) throws Exception {
    Runway.Said said =
        stack
            .runway()
            .run(
                LIMIT,
                "replay",
                "--model=" + plain("model"),
                "--predictions=nowhere.jsonl",
                "--outcomes=nowhere.jsonl");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).isEqualTo("runway: no such file: nowhere.jsonl\n");
  }

  private static long living(TestStack stack, String namespace) throws Exception {
    long living = 0;
    for (String id : ids(stack, namespace)) {
      living += stack.job(id).filter(job -> !job.ended()).isPresent() ? 1 : 0;
    }
    return living;
  }

  private static List<String> ids(TestStack stack, String namespace) {
    return List.of("groundtruth-join-", "drift-monitor-", "result-tables-").stream()
        .flatMap(job -> stack.client().jobId(job + namespace).stream())
        .toList();
  }

  private static void requireNothingLeft(TestStack stack, String namespace) throws Exception {
    assertThat(living(stack, namespace)).as("jobs").isZero();
    FlinkConfiguration flink = new FlinkConfiguration(stack.folder());
    assertThat(flink.checkpoints("groundtruth-join-" + namespace)).doesNotExist();
    assertThat(flink.checkpoints("drift-monitor-" + namespace)).doesNotExist();
    assertThat(flink.checkpoints("result-tables-" + namespace)).doesNotExist();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", stack.client().bootstrapServers()))) {
      Set<String> topics = admin.listTopics().names().get();
      assertThat(topics.stream().filter(topic -> topic.startsWith(namespace)))
          .as("topics")
          .isEmpty();
    }
  }

  private Path plain(String block) throws IOException {
    return Files.writeString(folder.resolve(block), block(block));
  }

  private Path zipped(String block) throws IOException {
    Path file = folder.resolve(block + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(block(block).getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private static String block(String name) throws IOException {
    String page = Files.readString(Installation.current().home().resolve("docs/events.md"));
    Matcher block = Pattern.compile("```json " + name + "\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(block.find()).as("a block of " + name).isTrue();
    return block.group(1);
  }
}
