package dev.runway.demo.result;

import dev.runway.model.DeadLetter;
import dev.runway.model.LateOutcome;
import dev.runway.model.Maturity;
import dev.runway.model.Outcome;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Reason;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a namespace's result topics hold: the newest reading per key, and every refusal and every
 * late outcome once, however often the topics repeat them.
 */
public final class Results {
  private final Map<ReadingKey, PerformanceReading> readings = new HashMap<>();
  private final Map<String, Map<Reason, Long>> dead = new TreeMap<>();
  private final Map<LateOutcome.Why, Long> late = new EnumMap<>(LateOutcome.Why.class);
  // Identities as 64-bit hashes: files of a million broken lines must fit as well. That two of a
  // million fall together has a chance of 1 in 30 million.
  private final LongSet deadIds = new LongSet();
  private final LongSet lateIds = new LongSet();
  private final DriftResults drift = new DriftResults();

  /** Takes a reading, unless a newer one of its key is known. */
  public void take(PerformanceReading reading) {
    readings.merge(ReadingKey.of(reading), reading, Results::newer);
  }

  private static PerformanceReading newer(PerformanceReading known, PerformanceReading next) {
    if (next.revision() != known.revision()) {
      return next.revision() > known.revision() ? next : known;
    }
    return known.maturity() == Maturity.FINAL ? known : next;
  }

  /** Takes a dead letter. */
  public void take(DeadLetter letter) {
    long id = hash(letter.topic(), letter.reason().name());
    if (deadIds.add(mix(id, letter.partition(), letter.offset()))) {
      dead.computeIfAbsent(letter.topic(), topic -> new EnumMap<>(Reason.class))
          .merge(letter.reason(), 1L, Long::sum);
    }
  }

  /** Takes a late outcome. */
  public void take(LateOutcome outcome) {
    Outcome event = outcome.outcome();
    long id = hash(event.modelId(), event.predictionId());
    if (lateIds.add(mix(id, event.observedAtMillis(), event.sequence()))) {
      late.merge(outcome.why(), 1L, Long::sum);
    }
  }

  private static long hash(String first, String second) {
    long hash = 0;
    for (int i = 0; i < first.length(); i++) {
      hash = mix(hash, first.charAt(i));
    }
    for (int i = 0; i < second.length(); i++) {
      hash = mix(hash, second.charAt(i));
    }
    return hash;
  }

  private static long mix(long hash, long first, long second) {
    return mix(mix(hash, first), second);
  }

  /** The finaliser of SplitMix64 over the running value. */
  private static long mix(long hash, long value) {
    long z = (hash ^ value) + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The newest reading of every key, in no order. */
  public Collection<PerformanceReading> readings() {
    return Collections.unmodifiableCollection(readings.values());
  }

  /** Refused records of a topic by reason. */
  public Map<Reason, Long> dead(String topic) {
    return Collections.unmodifiableMap(dead.getOrDefault(topic, Map.of()));
  }

  /** Late outcomes by kind. */
  public Map<LateOutcome.Why, Long> late() {
    return Collections.unmodifiableMap(late);
  }

  /** How far each model is, by the windows of all its predictions. */
  public Map<String, ModelProgress> progress() {
    Map<String, ModelProgress> progress = new TreeMap<>();
    for (PerformanceReading reading : readings.values()) {
      if (isWhole(reading)) {
        progress.merge(reading.modelId(), ModelProgress.of(reading), ModelProgress::plus);
      }
    }
    return progress;
  }

  /**
   * Predictions sent that nothing accounts for. Every prediction is counted by its window or is a
   * dead letter; a conflicting one is both.
   */
  public long unaccounted(long sentPredictions, String predictionsTopic) {
    long unaccounted = sentPredictions;
    for (PerformanceReading reading : readings.values()) {
      if (isWhole(reading)) {
        unaccounted -= reading.coverage().received() - reading.coverage().conflicts();
      }
    }
    for (long n : dead(predictionsTopic).values()) {
      unaccounted -= n;
    }
    return unaccounted;
  }

  /**
   * Predictions of a version that the join has read and no tile of drift counts. Both read the
   * same: repeats and conflicting ones are in tiles as well. Below 0 where the join samples.
   */
  public long notInTiles(ModelVersion version) {
    long received = 0;
    for (PerformanceReading reading : readings.values()) {
      if (isWhole(reading)
          && reading.modelId().equals(version.modelId())
          && reading.modelVersion().equals(version.version())) {
        received += reading.coverage().received();
      }
    }
    return received - drift.counted(version);
  }

  /** What is known of drift. */
  public DriftResults drift() {
    return drift;
  }

  private static boolean isWhole(PerformanceReading reading) {
    return reading.segment().equals(PerformanceReading.ALL)
        && reading.variant().equals(PerformanceReading.ALL);
  }

  /** Refused records of all topics. */
  public long deadLetters() {
    return dead.values().stream().flatMap(m -> m.values().stream()).mapToLong(n -> n).sum();
  }

  /** Whether nothing has been heard: no reading, no refusal, no late outcome. */
  public boolean isEmpty() {
    return readings.isEmpty() && dead.isEmpty() && late.isEmpty();
  }

  /** Whether no reading may change any more. */
  public boolean allFinal() {
    return readings.values().stream().allMatch(r -> r.maturity() == Maturity.FINAL);
  }
}
