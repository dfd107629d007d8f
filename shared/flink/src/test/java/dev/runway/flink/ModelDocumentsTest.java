package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ModelDocumentsTest {
  private final List<DeadLetter> refused = new ArrayList<>();
  private final ModelDocuments documents =
      new ModelDocuments(refused::add, ModelDirectory.Objection.NONE);

  @Test
  void higherRevision_replaces() {
    put("m", document("m", 1));
    put("m", document("m", 3));

    assertThat(documents.get("m").revision()).isEqualTo(3);
    assertThat(refused).isEmpty();
  }

  @Test
  void lowerRevision_changesNothingAndIsRefused() {
    put("m", document("m", 3));
    put("m", document("m", 2));

    assertThat(documents.get("m").revision()).isEqualTo(3);
    assertThat(refused)
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.reason()).isEqualTo(Reason.BAD_VALUE);
              assertThat(letter.field()).isEqualTo("revision");
              assertThat(letter.detail()).contains("2 came after 3").contains("higher revision");
            });
  }

  @Test
  void equalRevision_writtenLater_replaces() {
    put("m", "{\"model_id\":\"m\",\"revision\":2,\"task\":\"BINARY\",\"tier\":3}");
    put("m", "{\"model_id\":\"m\",\"revision\":2,\"task\":\"BINARY\",\"tier\":1}");

    assertThat(documents.get("m").tier()).isEqualTo(1);
    assertThat(refused).isEmpty();
  }

  @Test
  void documentsWithoutRevision_theOneWrittenLastCounts() {
    put("m", "{\"model_id\":\"m\",\"task\":\"BINARY\",\"tier\":3}");
    put("m", "{\"model_id\":\"m\",\"task\":\"BINARY\",\"tier\":1}");

    assertThat(documents.get("m").tier()).isEqualTo(1);
    assertThat(refused).isEmpty();
  }

  @Test
  void loweredRate_isRemembered_whilePredictionsOfBeforeWait() {
    putAt("m", 1_000, "\"sample_rate\":0.8,\"horizon\":\"PT1S\"");
    putAt("m", 5_000, "\"sample_rate\":0.2,\"horizon\":\"PT1S\"");
    ModelDocument now = documents.get("m");

    assertThat(now.sampleRate()).isEqualTo(0.2);
    assertThat(documents.rateOfOpenPredictions(now, 5_001)).isEqualTo(0.8);
    assertThat(documents.rateOfOpenPredictions(now, 6_000)).isEqualTo(0.8);
    assertThat(documents.rateOfOpenPredictions(now, 6_001)).isEqualTo(0.2);
  }

  @Test
  void horizonShortenedBeforeTheRateIsLowered_predictionsOfTheLongOneStillCount() {
    putAt("m", 1_000, "\"sample_rate\":1,\"horizon\":\"PT1H\"");
    putAt("m", 2_000, "\"sample_rate\":1,\"horizon\":\"PT1S\"");
    putAt("m", 9_000, "\"sample_rate\":0.1,\"horizon\":\"PT1S\"");

    assertThat(documents.rateOfOpenPredictions(documents.get("m"), 60_000)).isEqualTo(1);
  }

  @Test
  void documentWrittenAgainAndAgain_leavesOneRate() {
    for (int i = 0; i < 1_000; i++) {
      putAt("m", 1_000 + i, "\"sample_rate\":0.5,\"horizon\":\"PT1H\"");
    }
    putAt("m", 3_000, "\"sample_rate\":0.1,\"horizon\":\"PT1S\"");

    assertThat(documents.formerRates("m")).isEqualTo(1);
    assertThat(documents.rateOfOpenPredictions(documents.get("m"), 60_000)).isEqualTo(0.5);
  }

  @Test
  void raisedRate_holdsAtOnce() {
    putAt("m", 1_000, "\"sample_rate\":0.2");
    putAt("m", 5_000, "\"sample_rate\":0.8");

    assertThat(documents.rateOfOpenPredictions(documents.get("m"), 5_001)).isEqualTo(0.8);
  }

  private void putAt(String key, long writtenAtMillis, String fields) {
    String json = "{\"model_id\":\"m\",\"task\":\"BINARY\"," + fields + "}";
    documents.apply(
        new ConsumerRecord<>(
            "runway.models",
            0,
            0,
            writtenAtMillis,
            TimestampType.LOG_APPEND_TIME,
            key.length(),
            json.length(),
            key.getBytes(StandardCharsets.UTF_8),
            json.getBytes(StandardCharsets.UTF_8),
            new RecordHeaders(),
            Optional.empty()));
  }

  @Test
  void tombstone_removesTheModel() {
    put("m", document("m", 5));
    put("m", null);
    assertThat(documents.get("m")).isNull();

    put("m", document("m", 1));
    assertThat(documents.get("m").revision()).isEqualTo(1);
  }

  @Test
  void malformedDocument_isRefusedAndChangesNothing() {
    put("m", document("m", 1));
    put("m", "{\"model_id\":");

    assertThat(documents.get("m").revision()).isEqualTo(1);
    assertThat(refused).extracting(DeadLetter::reason).containsExactly(Reason.NOT_JSON);
    assertThat(refused.get(0).topic()).isEqualTo("models");
    assertThat(refused.get(0).offset()).isEqualTo(7);
  }

  @Test
  void documentUnderAnotherKey_isRefused() {
    put("other", document("m", 1));
    put(null, document("m", 1));

    assertThat(documents.get("m")).isNull();
    assertThat(refused)
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.KEY_MISMATCH, Reason.KEY_MISMATCH);
  }

  @Test
  void objection_isADeadLetterOfADocumentThatHolds() {
    ModelDocuments judged =
        new ModelDocuments(
            refused::add,
            document -> {
              throw new MalformedEvent(Reason.BAD_VALUE, "drift_metrics[0].expression", "no SQL");
            });
    judged.apply(record("m", document("m", 4)));

    assertThat(judged.get("m").revision()).isEqualTo(4);
    assertThat(refused)
        .singleElement()
        .returns("drift_metrics[0].expression", DeadLetter::field)
        .returns("no SQL", DeadLetter::detail);
  }

  @Test
  void fixedDirectory_survivesTheJobGraph() throws Exception {
    ModelDocuments written = new ModelDocuments(refused::add, ModelDirectory.Objection.NONE);
    written.apply(record("m", document("m", 4)));
    ModelDocument document = written.get("m");

    ModelDirectory.Factory factory = InstantiationUtil.clone(ModelDirectory.fixed(document));
    try (ModelDirectory directory = factory.open(refused::add)) {
      assertThat(directory.find("m", 0)).isEqualTo(document);
      assertThat(directory.find("n", 0)).isNull();
    }
  }

  @Test
  void refreshBudget_allowsABurstThenARate() {
    RefreshBudget budget = new RefreshBudget(0);
    int burst = 0;
    while (budget.take(0)) {
      burst++;
    }
    assertThat(burst).isEqualTo(50);

    int afterASecond = 0;
    while (budget.take(1_000_000_000L)) {
      afterASecond++;
    }
    assertThat(afterASecond).isEqualTo(10);

    int afterAnHour = 0;
    while (budget.take(3_600_000_000_000L)) {
      afterAnHour++;
    }
    assertThat(afterAnHour).isEqualTo(50);
  }

  private void put(String key, String value) {
    documents.apply(record(key, value));
  }

  private static ConsumerRecord<byte[], byte[]> record(String key, String value) {
    return new ConsumerRecord<>("models", 0, 7, Raw.bytes(key), Raw.bytes(value));
  }

  private static String document(String id, long revision) {
    return "{\"model_id\":\"%s\",\"revision\":%d,\"task\":\"BINARY\"}".formatted(id, revision);
  }
}
