package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeTest {
  private static final EventTime PREDICTIONS = EventTime.ofPredictions();
  private static final EventTime OUTCOMES = EventTime.ofOutcomes();

  @Test
  void goldenEvents_haveTheTimeOfTheirCodec() throws MalformedEvent {
    byte[] prediction = Contract.resource("/golden/prediction.json");
    byte[] outcome = Contract.resource("/golden/outcome.json");
    byte[] tile = Contract.resource("/golden/producer-tile.json");

    assertThat(PREDICTIONS.millis(prediction))
        .isEqualTo(PredictionCodec.read(prediction).predictedAtMillis());
    assertThat(OUTCOMES.millis(outcome)).isEqualTo(OutcomeCodec.read(outcome).observedAtMillis());
    // Until the end of the next minute nobody has to wait for another tile.
    assertThat(EventTime.ofProducerTiles().millis(tile))
        .isEqualTo(ProducerTileCodec.read(tile).windowEndMillis() + 60_000);
    assertThat(EventTime.ofProducerTiles().millis(outcome)).isEqualTo(EventTime.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"predicted_at\":0}|0",
        "{\"predicted_at\":-1}|-1",
        "{\"predicted_at\":253402300799999}|253402300799999",
        "{ \"a\" : 1 , \"predicted_at\" : 5 }|5",
        "{\"predicted_at\":\"1970-01-01T00:00:01Z\"}|1000",
        "{\"predicted_at\":\"1970-01-01T01:00:01+01:00\"}|1000",
        "{\"predicted\\u005fat\":7}|7",
        "{\"predicted_at\":\"1970-01-01T00:00:01\\u005a\"}|1000",
        "{\"x\":\"predicted_at\",\"predicted_at\":7}|7",
        "{\"x\":\"\\\"predicted_at\\\":3\",\"predicted_at\":7}|7",
        "{\"features\":{\"predicted_at\":3},\"predicted_at\":7}|7",
        "{\"x\":[{\"predicted_at\":3}],\"predicted_at\":7}|7",
      })
  void time_ofTheRootObject_isFound(String json, long millis) {
    assertThat(PREDICTIONS.millis(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "[{\"predicted_at\":3}]",
        "{\"features\":{\"predicted_at\":3}}",
        "{\"predicted_at\"",
        "{\"predicted_at\":",
        "{\"predicted_at\":-",
        "{\"predicted_at\":null}",
        "{\"predicted_at\":true}",
        "{\"predicted_at\":1.5}",
        "{\"predicted_at\":1e3}",
        "{\"predicted_at\":253402300800000}",
        "{\"predicted_at\":9223372036854775807}",
        "{\"predicted_at\":\"\"}",
        "{\"predicted_at\":\"1970-01-01T00:00:01\"}",
        "{\"predicted_at\":\"+300000-01-01T00:00:00Z\"}",
        "{\"predicted_at\":\"1970-01-01T00:00:01Z",
        "{\"predicted_at\\",
      })
  void bytesWithoutTime_haveNone(String json) {
    assertThat(PREDICTIONS.millis(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(EventTime.NONE);
  }

  @Test
  void noBytes_haveNone() {
    assertThat(PREDICTIONS.millis(null)).isEqualTo(EventTime.NONE);
  }

  @Test
  void epochMillis_allocateNothing() {
    requireNoGarbage(Contract.resource("/golden/prediction.json"));
  }

  @Test
  void isoTimeInUtc_allocatesNothing() {
    requireNoGarbage(
        "{\"prediction_id\":\"p\",\"predicted_at\":\"2001-03-01T06:30:00.000Z\"}"
            .getBytes(StandardCharsets.UTF_8));
  }

  /** The event is of 2001-03-01T06:30:00Z. */
  private static void requireNoGarbage(byte[] event) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long sum = 0;
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 100_000; i++) {
      sum += PREDICTIONS.millis(event);
    }
    long allocated = threads.getThreadAllocatedBytes(thread) - before;

    assertThat(sum).isEqualTo(100_000 * 983_428_200_000L);
    assertThat(allocated).as("bytes for 100,000 events").isLessThan(100_000);
  }

  @Test
  void randomGoodPredictions_haveTheTimeOfTheirCodec() throws MalformedEvent {
    SplittableRandom random = new SplittableRandom(20_261_121L);
    for (int i = 0; i < 100_000; i++) {
      String json = new RandomPrediction(random).json();
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      long expected = PredictionCodec.read(bytes).predictedAtMillis();
      if (PREDICTIONS.millis(bytes) != expected) {
        assertThat(PREDICTIONS.millis(bytes)).as(json).isEqualTo(expected);
      }
    }
  }

  @Test
  void randomBytes_neverThrow() {
    SplittableRandom random = new SplittableRandom(20_261_122L);
    byte[] golden = Contract.resource("/golden/prediction.json");
    String alphabet = "\"\\{}[]:,-0199 tpredicted_at\u0000\u00ff";
    long found = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = i % 2 == 0 ? golden.clone() : new byte[random.nextInt(60)];
      for (int k = 0; k < bytes.length; k++) {
        if (i % 2 == 1 || random.nextInt(20) == 0) {
          bytes[k] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        }
      }
      found += PREDICTIONS.millis(bytes) == EventTime.NONE ? 0 : 1;
    }
    assertThat(found).isPositive();
  }
}
