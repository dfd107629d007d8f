package dev.runway.flink;

import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The documents read so far. A document replaces one with the same or a lower revision: the topic's
 * one partition says which of two was written last. A tombstone removes the model. A malformed
 * document changes nothing.
 *
 * <p>A document with a lower revision changes nothing either and is refused aloud, for silence
 * would not last: compaction keeps the record written last, and a restart would then read only that
 * one. A document that the job objects to in a part holds, and the objection is said aloud.
 *
 * <p>The rate of a document that was replaced is kept for as long as the predictions it let through
 * may wait for outcomes. The topic keeps replaced documents for as long ({@code
 * min.compaction.lag.ms}), so a restart finds the rates again.
 */
final class ModelDocuments {
  /** Models held: at some 500 bytes a document 50 MB, far above any fleet. */
  static final int MAX_MODELS = 100_000;

  /** A sample rate of before, and until when predictions made under it may be open. */
  private record FormerRate(double rate, long untilMillis) {
    boolean covers(FormerRate other) {
      return rate >= other.rate && untilMillis >= other.untilMillis;
    }
  }

  private final Map<String, ModelDocument> byId = new HashMap<>();
  private final Map<String, List<FormerRate>> formerRates = new HashMap<>();
  private final ModelDirectory.Refused refused;
  private final ModelDirectory.Objection objection;

  ModelDocuments(ModelDirectory.Refused refused, ModelDirectory.Objection objection) {
    this.refused = refused;
    this.objection = objection;
  }

  @Nullable ModelDocument get(String modelId) {
    return byId.get(modelId);
  }

  void apply(ConsumerRecord<byte[], byte[]> record) {
    try {
      String key = keyOf(record);
      if (record.value() == null) {
        byId.remove(key);
        formerRates.remove(key);
      } else {
        ModelDocument document = ModelDocumentCodec.read(record.value());
        put(key, document, record.timestamp());
        objection.raise(document);
      }
    } catch (MalformedEvent cause) {
      refused.take(
          DeadLetter.of(
              record.topic(),
              record.partition(),
              record.offset(),
              record.timestamp(),
              record.value(),
              cause));
    }
  }

  double rateOfOpenPredictions(ModelDocument model, long asOfMillis) {
    List<FormerRate> former = formerRates.get(model.modelId());
    double highest = model.sampleRate();
    if (former != null) {
      for (int i = 0; i < former.size(); i++) {
        if (former.get(i).untilMillis() >= asOfMillis) {
          highest = Math.max(highest, former.get(i).rate());
        }
      }
    }
    return highest;
  }

  private void put(String key, ModelDocument document, long writtenAtMillis) throws MalformedEvent {
    if (!key.equals(document.modelId())) {
      // Under another key a tombstone or a compaction would hit the wrong model.
      throw new MalformedEvent(
          Reason.KEY_MISMATCH, "model_id", document.modelId() + " came under another key");
    }
    ModelDocument held = byId.get(key);
    if (held == null && byId.size() >= MAX_MODELS) {
      throw new MalformedEvent(
          Reason.OVER_LIMIT, "model_id", "more than " + MAX_MODELS + " models; retire some");
    }
    if (held != null && document.revision() < held.revision()) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "revision",
          "%d came after %d of the same model: write the document again with a higher revision"
              .formatted(document.revision(), held.revision()));
    }
    if (held != null) {
      remember(held, writtenAtMillis);
    }
    byId.put(key, document);
  }

  private void remember(ModelDocument held, long writtenAtMillis) {
    // Whatever the next rate is: a third document may lower it while predictions of this one wait.
    FormerRate rate =
        new FormerRate(held.sampleRate(), writtenAtMillis + held.horizon().toMillis());
    List<FormerRate> former = formerRates.computeIfAbsent(held.modelId(), id -> new ArrayList<>());
    // A document that is written again and again must not add up: what another one outlasts at no
    // lower a rate can never be the highest.
    former.removeIf(known -> known.untilMillis() < writtenAtMillis || rate.covers(known));
    if (former.stream().noneMatch(known -> known.covers(rate))) {
      former.add(rate);
    }
  }

  /** Rates of before that may still count for some open prediction. */
  int formerRates(String modelId) {
    return formerRates.getOrDefault(modelId, List.of()).size();
  }

  private static String keyOf(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent {
    byte[] key = record.key();
    if (key == null) {
      throw new MalformedEvent(Reason.KEY_MISMATCH, "model_id", "the record has no key");
    }
    return new String(key, StandardCharsets.UTF_8);
  }
}
