package dev.runway.demo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.play.EventTape;
import dev.runway.demo.replay.FileTape.Order;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Topic;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTapeTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  @Test
  void lines_arePlayedInOrderOfTimeOverBothFiles() throws Exception {
    Path predictions = write("p.jsonl", prediction("a", 30), prediction("b", 10));
    Path outcomes = write("o.jsonl", outcome("a", 40), outcome("b", 20));

    try (FileTape tape = open(predictions, outcomes, Order.BY_TIME)) {
      assertThat(keys(tape)).containsExactly("b", "b", "a", "a");
      assertThat(tape.at(0).topic()).isEqualTo(Topic.PREDICTIONS);
      assertThat(tape.at(1).topic()).isEqualTo(Topic.OUTCOMES);
      assertThat(new String(tape.at(0).value(), StandardCharsets.UTF_8))
          .isEqualTo(prediction("b", 10));
    }
  }

  @Test
  void equalTimes_bringThePredictionFirstAndKeepFileOrder() throws Exception {
    Path predictions = write("p.jsonl", prediction("a", 10), prediction("b", 10));
    Path outcomes = write("o.jsonl", outcome("z", 10));

    try (FileTape tape = open(predictions, outcomes, Order.BY_TIME)) {
      assertThat(keys(tape)).containsExactly("a", "b", "z");
    }
  }

  @Test
  void brokenLines_areSentAsTheyAreAndKeepTheirPlace() throws Exception {
    Path predictions = write("p.jsonl", prediction("a", 30), "{\"oops", "", prediction("b", 10));
    Path outcomes = write("o.jsonl");

    try (FileTape tape = open(predictions, outcomes, Order.BY_TIME)) {
      assertThat(tape.predictions()).isEqualTo(4);
      assertThat(keys(tape)).containsExactly("b", "a", null, null);
      assertThat(new String(tape.at(2).value(), StandardCharsets.UTF_8)).isEqualTo("{\"oops");
      assertThat(tape.at(3).value()).isEmpty();
    }
  }

  @Test
  void asIs_keepsTheOrderOfEachFile() throws Exception {
    Path predictions = write("p.jsonl", prediction("a", 30), prediction("b", 10));
    Path outcomes = write("o.jsonl", outcome("a", 40), outcome("b", 20));

    try (FileTape tape = open(predictions, outcomes, Order.AS_IS)) {
      assertThat(keys(tape)).containsExactly("a", "b", "a", "b");
    }
  }

  @Test
  void gzip_isReadLikePlain() throws Exception {
    Path predictions = folder.resolve("p.jsonl");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(predictions))) {
      out.write(
          (prediction("a", 1) + "\r\n" + prediction("b", 2)).getBytes(StandardCharsets.UTF_8));
    }

    try (FileTape tape = open(predictions, write("o.jsonl"), Order.BY_TIME)) {
      assertThat(keys(tape)).containsExactly("a", "b");
      assertThat(new String(tape.at(0).value(), StandardCharsets.UTF_8))
          .isEqualTo(prediction("a", 1));
      // What is unpacked has no name, so that no end of this process leaves it behind.
      assertThat(folder).isDirectoryContaining(predictions::equals);
      assertThat(folder.toFile().list()).containsExactlyInAnyOrder("p.jsonl", "o.jsonl");
    }
  }

  @Test
  void floors_areTheEarliestTimeStillToCome_whateverTheOrder() throws Exception {
    Random random = new Random(5);
    List<String> predictions = new ArrayList<>();
    List<String> outcomes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      predictions.add(random.nextInt(20) == 0 ? "[]" : prediction("p" + i, random.nextInt(1000)));
      outcomes.add(outcome("p" + i, random.nextInt(1000)));
    }
    Path p = write("p.jsonl", predictions.toArray(String[]::new));
    Path o = write("o.jsonl", outcomes.toArray(String[]::new));

    for (Order order : Order.values()) {
      try (FileTape tape = open(p, o, order)) {
        for (int from = 0; from <= tape.size(); from++) {
          long least = EventTape.TIMELESS;
          for (int i = from; i < tape.size(); i++) {
            EventTape.Event event = tape.at(i);
            if (event.topic() == Topic.PREDICTIONS && event.value().length > 2) {
              least = Math.min(least, timeIn(event.value()));
            }
          }
          assertThat(tape.floorMillis(Topic.PREDICTIONS, from)).isEqualTo(least);
        }
      }
    }
  }

  @Test
  void end_liesBehindTheNewestBelievableTime() throws Exception {
    long nextCentury = Instant.parse("2101-01-01T00:00:00Z").toEpochMilli();
    Path predictions = write("p.jsonl", prediction("a", 1000), prediction("b", nextCentury));

    try (FileTape tape = open(predictions, write("o.jsonl"), Order.BY_TIME)) {
      long expected = 1000 + Duration.ofDays(7).plusHours(1).plusDays(2).toMillis();
      assertThat(tape.endMillis()).isEqualTo(expected);
    }
  }

  private FileTape open(Path predictions, Path outcomes, Order order)
      throws IOException, MalformedEvent {
    ModelDocument model =
        ModelDocumentCodec.read(
            "{\"model_id\":\"m\",\"task\":\"BINARY\"}".getBytes(StandardCharsets.UTF_8));
    return FileTape.open(predictions, outcomes, List.of(model), order, NOW, folder);
  }

  private Path write(String name, String... lines) throws IOException {
    return Files.writeString(
        folder.resolve(name), lines.length == 0 ? "" : String.join("\n", lines) + "\n");
  }

  private static List<String> keys(FileTape tape) throws IOException {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < tape.size(); i++) {
      byte[] key = tape.at(i).key();
      keys.add(key == null ? null : new String(key, StandardCharsets.US_ASCII));
    }
    return keys;
  }

  private static long timeIn(byte[] prediction) {
    String json = new String(prediction, StandardCharsets.UTF_8);
    int from = json.indexOf("predicted_at\":") + "predicted_at\":".length();
    return Long.parseLong(json.substring(from, json.indexOf(',', from)));
  }

  private static String prediction(String id, long millis) {
    return "{\"prediction_id\":\""
        + id
        + "\",\"model_id\":\"m\",\"predicted_at\":"
        + millis
        + ",\"score\":0.5}";
  }

  private static String outcome(String id, long millis) {
    return "{\"prediction_id\":\""
        + id
        + "\",\"model_id\":\"m\",\"observed_at\":"
        + millis
        + ",\"label\":true}";
  }
}
