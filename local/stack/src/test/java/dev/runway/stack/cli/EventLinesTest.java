package dev.runway.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLinesTest {
  @TempDir Path folder;

  private EventLines lines(String... lines) throws IOException {
    Path file = Files.write(folder.resolve("events.jsonl"), List.of(lines));
    return new EventLines(file, "predicted_at");
  }

  private static List<String> sent(EventLines file, Duration shift) throws IOException {
    List<String> sent = new ArrayList<>();
    long events =
        file.each(
            shift, (id, event) -> sent.add(id + " " + new String(event, StandardCharsets.UTF_8)));
    assertThat(events).isEqualTo(sent.size());
    return sent;
  }

  @Test
  void eventsThatAreNotMoved_stayAsTheyStandThere() throws Exception {
    EventLines file =
        lines(
            "{\"prediction_id\": \"a\",  \"predicted_at\": \"2026-03-01T08:00:00Z\", \"x\": 1.50}",
            "",
            "{\"prediction_id\": \"b\"}");

    assertThat(sent(file, Duration.ZERO))
        .containsExactly(
            "a {\"prediction_id\": \"a\",  \"predicted_at\": \"2026-03-01T08:00:00Z\", \"x\":"
                + " 1.50}",
            "b {\"prediction_id\": \"b\"}");
  }

  @Test
  void eventsThatAreMoved_keepTheirDistance_howeverTheirTimesAreWritten() throws Exception {
    EventLines file =
        lines(
            "{\"prediction_id\":\"a\",\"predicted_at\":\"2026-03-01T09:00:00+01:00\"}",
            "{\"prediction_id\":\"b\",\"predicted_at\":1772352060000}");

    assertThat(file.newest()).isEqualTo(Instant.parse("2026-03-01T08:01:00Z"));
    assertThat(sent(file, Duration.ofSeconds(10)))
        .containsExactly(
            "a {\"prediction_id\":\"a\",\"predicted_at\":1772352010000}",
            "b {\"prediction_id\":\"b\",\"predicted_at\":1772352070000}");
  }

  @Test
  void lineThatIsNoEvent_isNamed() throws Exception {
    String good = "{\"prediction_id\":\"a\",\"predicted_at\":1}";
    for (String[] wrong :
        new String[][] {
          {"[1]", "line 2 of", "is no JSON object"},
          {"{\"prediction_id\":", "line 2 of", "is no JSON"},
          {"{\"predicted_at\":1}", "line 2 of", "has no prediction_id"},
          {"{\"prediction_id\":\"b\",\"predicted_at\":\"now\"}", "line 2 of", "is no time"}
        }) {
      EventLines file = lines(good, wrong[0]);
      assertThatThrownBy(() -> sent(file, Duration.ofSeconds(1)))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(wrong[1], wrong[2]);
    }
  }
}
