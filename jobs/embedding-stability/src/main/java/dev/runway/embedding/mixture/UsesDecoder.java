package dev.runway.embedding.mixture;

import dev.runway.flink.Decoder;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.PredictionForm;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DeclaredEmbeddings;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Prediction;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * Takes the predictions that declare embeddings; of all others the name of the field is looked for
 * and nothing else. What breaks the contract is left to the jobs that count predictions: one event
 * is one dead letter. The Avro form has no such field.
 *
 * <p>Those of a model or version that no document knows are counted in {@code unknown}, and not
 * looked at; so are, in {@code over-limit}, those of more than {@value #MOST_VERSIONS} versions of
 * models at a time, of which each would keep a window open.
 */
public final class UsesDecoder implements Decoder<DeclaredUses> {
  private static final int MOST_VERSIONS = 10_000;

  /** A version that declared nothing for so long makes room for another one. */
  private static final long FORGOTTEN_MILLIS = Duration.ofHours(1).toMillis();

  private final TimeBounds bounds;
  private final Sampler sampler;
  private final ModelDirectory.Factory models;

  private transient ModelDirectory open;
  private transient Counter unknown;
  private transient Counter overLimit;

  /** Versions of models by when they last declared something, the longest ago first. */
  private transient LinkedHashMap<String, Long> versions;

  /**
   * A decoder.
   *
   * @param sampler what is read at all; records with a key have been through it
   * @param models those whose predictions are looked at
   */
  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first record.
  public UsesDecoder(TimeBounds bounds, Sampler sampler, ModelDirectory.Factory models) {
    this.bounds = bounds;
    this.sampler = sampler;
    this.models = models;
  }

  /**
   * What is malformed of a model's document is a dead letter of the jobs that count predictions.
   */
  @Override
  public void open(ModelDirectory.Refused refused, MetricGroup metrics) {
    open = models.open(letter -> {});
    unknown = metrics.counter("unknown");
    overLimit = metrics.counter("over-limit");
    versions = new LinkedHashMap<>(16, 0.75f, true);
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
    }
  }

  @Override
  public @Nullable DeclaredUses decode(RawEvent raw) {
    DeclaredEmbeddings declared;
    try {
      declared = PredictionForm.isAvro(raw) ? null : DeclaredEmbeddings.read(raw.value());
    } catch (MalformedEvent refusedByOthers) {
      return null;
    }
    return declared == null ? null : uses(raw, declared);
  }

  private @Nullable DeclaredUses uses(RawEvent raw, DeclaredEmbeddings declared) {
    Prediction prediction = declared.prediction();
    long at = prediction.predictedAtMillis();
    long recorded = raw.kafkaTimestampMillis();
    if (bounds.isFuture(at, recorded)
        || bounds.isAncient(at, recorded)
        || !sampler.keeps(prediction.predictionId())) {
      return null;
    }
    ModelDocument model = open.find(prediction.modelId(), recorded);
    if (model == null || !model.knows(prediction.modelVersion())) {
      unknown.inc();
      return null;
    }
    if (!hasRoomFor(prediction.modelId() + ' ' + prediction.modelVersion(), recorded)) {
      overLimit.inc();
      return null;
    }
    return new DeclaredUses(
        prediction.modelId(), prediction.modelVersion(), at, prediction.weight(), declared.uses());
  }

  private boolean hasRoomFor(String version, long recordedMillis) {
    if (versions.get(version) == null && versions.size() >= MOST_VERSIONS) {
      Map.Entry<String, Long> eldest = versions.entrySet().iterator().next();
      if (recordedMillis - eldest.getValue() < FORGOTTEN_MILLIS) {
        return false;
      }
      versions.remove(eldest.getKey());
    }
    versions.put(version, recordedMillis);
    return true;
  }
}
