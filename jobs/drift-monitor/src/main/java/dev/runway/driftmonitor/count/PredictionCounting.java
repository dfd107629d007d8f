package dev.runway.driftmonitor.count;

import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.TileLayout;
import dev.runway.driftmonitor.baseline.BaselineDirectory;
import dev.runway.driftmonitor.concept.Decisions;
import dev.runway.driftmonitor.merge.Span;
import dev.runway.flink.Decoder;
import dev.runway.flink.EventChecks;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.PredictionForm;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Reason;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to the slots of the baseline's features; no object per feature, words apart. JSON names its
 * features, which wait in {@link EventFeatures}, for an event may say last whose it is; Avro has
 * them in the order of the baseline that a record's header names.
 *
 * <p>The model's own outputs are features too, named {@value #SCORE}, {@value #LABEL} and {@value
 * #VALUE}; what an event itself sends under these names is left out.
 *
 * <p>Counter of values: {@value #UNKNOWN_FEATURES}, of features that the baseline in force does not
 * have. They are left out, for nothing is known to compare them with, and their number has no end.
 * Of a version without baseline that is every feature, and the counter leaves them out. Counter of
 * predictions: {@value #WEIGHTED}, with another weight than 1, which count once like all others.
 * Readings say both of their window.
 */
public final class PredictionCounting implements Decoder<CountedPrediction> {
  /** Name of the score among the features. */
  public static final String SCORE = "$score";

  /** Name of the predicted label among the features. */
  public static final String LABEL = "$label";

  /** Name of the predicted value among the features. */
  public static final String VALUE = "$value";

  static final String UNKNOWN_FEATURES = "unknown-features";

  static final String WEIGHTED = "weighted";

  private final TimeBounds bounds;
  private final Sampler sampler;
  private final ModelDirectory.Factory models;
  private final BaselineDirectory.Factory baselines;

  private transient @Nullable Opened opened;

  /**
   * @param bounds event times that are believed
   * @param sampler which predictions are counted
   * @param models where the documents come from
   * @param baselines where the baselines come from
   */
  public PredictionCounting(
      TimeBounds bounds,
      Sampler sampler,
      ModelDirectory.Factory models,
      BaselineDirectory.Factory baselines) {
    this.bounds = bounds;
    this.sampler = sampler;
    this.models = models;
    this.baselines = baselines;
  }

  private static final class Opened {
    private final ModelDirectory models;
    private final BaselineDirectory baselines;
    private final EventFeatures features = new EventFeatures();
    private final SentFeatures sent = new SentFeatures(features);
    private final PositionedFeatures positioned = new PositionedFeatures();
    private final OfLayouts<Prepared> prepared = new OfLayouts<>(Prepared::new);
    private final CountedPrediction counted = new CountedPrediction();
    private final Counter unknownFeatures;
    private final Counter weighted;

    Opened(
        ModelDirectory models,
        BaselineDirectory baselines,
        Counter unknownFeatures,
        Counter weighted) {
      this.models = models;
      this.baselines = baselines;
      this.unknownFeatures = unknownFeatures;
      this.weighted = weighted;
    }

    private Prediction readJson(RawEvent raw) throws MalformedEvent {
      features.clear();
      return PredictionCodec.read(raw.value(), sent);
    }

    private Prediction readAvro(RawEvent raw) throws MalformedEvent {
      features.clear();
      positioned.clear();
      return AvroPredictionCodec.read(raw.value(), positioned);
    }

    private Prepared prepared(TileLayout layout) {
      return prepared.get(layout);
    }
  }

  /**
   * What is made once for a baseline: with hundreds of models each look into a map of its features
   * is a miss of the cache, and there were three for every prediction.
   */
  private static final class Prepared {
    private final TileLayout layout;
    private final Row row;
    private final int score;
    private final int value;
    private final int label;
    private final NamedPositions positions;
    private @Nullable FeatureList list;
    private @Nullable TileKey lastKey;

    Prepared(TileLayout layout) {
      this.layout = layout;
      row = layout.newRow();
      positions = new NamedPositions(layout);
      score = layout.position(SCORE);
      value = layout.position(VALUE);
      label = layout.position(LABEL);
    }

    /** Mostly the one of the event before: then bundles find its sums without comparing texts. */
    private TileKey key(Prediction event, @Nullable String segment, long minuteMillis) {
      TileKey last = lastKey;
      if (last != null && last.isOf(segment, minuteMillis)) {
        return last;
      }
      TileKey made =
          new TileKey(event.modelId(), event.modelVersion(), segment, minuteMillis, layout);
      lastKey = made;
      return made;
    }

    private FeatureList list() {
      FeatureList made = list;
      if (made == null) {
        made = new FeatureList(layout);
        list = made;
      }
      return made;
    }
  }

  /** Whether it is the name of an output. */
  public static boolean isOutput(String name) {
    return name.startsWith("$") && (name.equals(SCORE) || name.equals(LABEL) || name.equals(VALUE));
  }

  @Override
  public void open(ModelDirectory.Refused refused) {
    open(refused, new SimpleCounter(), new SimpleCounter());
  }

  @Override
  public void open(ModelDirectory.Refused refused, MetricGroup metrics) {
    open(refused, metrics.counter(UNKNOWN_FEATURES), metrics.counter(WEIGHTED));
  }

  private void open(ModelDirectory.Refused refused, Counter unknownFeatures, Counter weighted) {
    ModelDirectory openModels = models.open(refused);
    try {
      opened = new Opened(openModels, baselines.open(refused), unknownFeatures, weighted);
    } catch (RuntimeException e) {
      openModels.close();
      throw e;
    }
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.models.close();
      opened.baselines.close();
    }
  }

  @Override
  public @Nullable CountedPrediction decode(RawEvent raw) throws MalformedEvent {
    Opened with = opened;
    if (with == null) {
      throw new IllegalStateException("the decoder has not been opened");
    }
    boolean byPosition = PredictionForm.isAvro(raw);
    Prediction event = byPosition ? with.readAvro(raw) : with.readJson(raw);
    EventChecks.requireKey(raw, event.predictionId());
    EventChecks.requireSaneTime(raw, "predicted_at", event.predictedAtMillis(), bounds);
    if (raw.key() == null && !sampler.keeps(event.predictionId())) {
      // The source knows no id but the key; with one, this record would not have come so far.
      return null;
    }
    ModelDocument model =
        Registered.require(
            with.models, event.modelId(), event.modelVersion(), raw.kafkaTimestampMillis());
    TileLayout layout = inForce(with, raw, event);
    FeatureList list = null;
    if (byPosition) {
      if (layout != null && PredictionForm.namesList(raw, layout.profile().id())) {
        list = with.prepared(layout).list();
      } else {
        list = named(with, raw, event, PredictionForm.listOf(raw));
        // Once it is known, it or another one may be in force.
        layout = inForce(with, raw, event);
      }
      requireLength(with, list, raw);
    }
    String segment = model.segmentOf(event.segment());
    long minute = Math.floorDiv(event.predictedAtMillis(), Span.MINUTE_MILLIS) * Span.MINUTE_MILLIS;
    Boolean decision =
        Decisions.areJudged(model) ? Decisions.of(model, event.score(), event.label()) : null;
    with.counted.decided(
        decision == null ? Double.NaN : event.score(), decision != null && decision);
    if (event.weight() != 1) {
      with.weighted.inc();
    }
    if (layout == null) {
      // Nothing is known of any of them.
      with.counted.uncounted(with.features.size(), event.weight());
      with.counted.set(
          new TileKey(event.modelId(), event.modelVersion(), segment, minute, null),
          unprofiled(with, event));
      return with.counted;
    }
    Prepared prepared = with.prepared(layout);
    Row row = prepared.row;
    row.clear();
    int unknown =
        list == null
            ? with.features.fill(row, prepared.positions)
            : with.positioned.fill(row, list, layout);
    with.unknownFeatures.inc(unknown);
    with.counted.uncounted(unknown, event.weight());
    answer(prepared, event);
    with.counted.set(prepared.key(event, segment, minute), row);
    return with.counted;
  }

  private static @Nullable TileLayout inForce(Opened with, RawEvent raw, Prediction event) {
    return with.baselines.inForce(
        event.modelId(),
        event.modelVersion(),
        event.predictedAtMillis(),
        raw.kafkaTimestampMillis());
  }

  /** The list of another baseline than the one in force. */
  private static FeatureList named(Opened with, RawEvent raw, Prediction event, String id)
      throws MalformedEvent {
    TileLayout named =
        with.baselines.find(event.modelId(), event.modelVersion(), id, raw.kafkaTimestampMillis());
    if (named == null) {
      throw new MalformedEvent(
          Reason.UNKNOWN_SCHEMA,
          AvroPredictionCodec.FEATURES_HEADER,
          "%s %s has no baseline %s, whose features the positions would be of"
              .formatted(event.modelId(), event.modelVersion(), id));
    }
    return with.prepared(named).list();
  }

  private static void requireLength(Opened with, FeatureList list, RawEvent raw)
      throws MalformedEvent {
    if (with.positioned.count() != list.size()) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "features",
          "%d features, the list %s has %d"
              .formatted(with.positioned.count(), PredictionForm.listOf(raw), list.size()));
    }
  }

  private static CountedPrediction.Unprofiled unprofiled(Opened with, Prediction event) {
    if (!Double.isNaN(event.score())) {
      with.features.number(SCORE, event.score());
    }
    if (!Double.isNaN(event.value())) {
      with.features.number(VALUE, event.value());
    }
    String label = event.label();
    if (label != null) {
      with.features.category(LABEL, label);
    }
    return new CountedPrediction.Unprofiled(
        event.predictionId(), event.predictedAtMillis(), with.features);
  }

  /** Puts what the model answered into the row. */
  private static void answer(Prepared prepared, Prediction event) {
    if (prepared.score >= 0) {
      prepared.row.number(prepared.score, event.score());
    }
    if (prepared.value >= 0) {
      prepared.row.number(prepared.value, event.value());
    }
    String label = event.label();
    if (prepared.label >= 0 && label != null) {
      prepared.row.category(prepared.label, label);
    }
  }
}
