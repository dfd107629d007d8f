package dev.runway.groundtruth.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.state.OpenPredictionSerializer;
import dev.runway.model.DeadLetter;
import dev.runway.model.GroundTruth;
import dev.runway.model.LateOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Carries {@link PredictionJoin} as Flink does, in plain Java: state per key that goes through its
 * stored form after every event, and an event clock with one timer per key and time.
 */
public final class PlainJoin {
  private static final OpenPredictionSerializer STORED = new OpenPredictionSerializer();

  private final PredictionJoin join;
  private final Map<JoinKey, byte[]> state = new HashMap<>();
  private final TreeMap<Long, TreeSet<String>> timers = new TreeMap<>();
  private final Map<String, JoinKey> keys = new HashMap<>();
  private long now = Long.MIN_VALUE;

  public final List<GroundTruth> truths = new ArrayList<>();
  public final List<Contribution> contributions = new ArrayList<>();
  public final List<LateOutcome> late = new ArrayList<>();
  public final List<DeadLetter> dead = new ArrayList<>();
  public int repeatedPredictions;
  public int repeatedOutcomes;
  public int sampledOut;

  public PlainJoin(long orphanWaitMillis, long lateMemoryMillis) {
    join = new PredictionJoin("predictions", "outcomes", orphanWaitMillis, lateMemoryMillis);
  }

  /** The same state and timers under other settings, as after a restart. */
  public PlainJoin restartedWith(long orphanWaitMillis, long lateMemoryMillis) {
    PlainJoin other = new PlainJoin(orphanWaitMillis, lateMemoryMillis);
    other.state.putAll(state);
    other.keys.putAll(keys);
    timers.forEach((at, names) -> other.timers.put(at, new TreeSet<>(names)));
    other.now = now;
    return other;
  }

  public void predicted(AdmittedPrediction event) {
    onState(event.key(), (known, effects) -> join.onPrediction(known, event, now, effects));
  }

  public void observed(AdmittedOutcome event) {
    onState(event.key(), (known, effects) -> join.onOutcome(known, event, now, effects));
  }

  /** Lets event time reach a point: timers up to and including it fire in order. */
  public void reaches(long watermark) {
    now = watermark;
    while (!timers.isEmpty() && timers.firstKey() <= watermark) {
      long at = timers.firstKey();
      String name = timers.firstEntry().getValue().first();
      forget(at, name);
      onState(
          keys.get(name),
          (known, effects) -> known == null ? null : join.onTime(known, at, effects));
    }
  }

  /** Keys with state. */
  public int keysLeft() {
    return state.size();
  }

  /** Timers not fired yet. */
  public int timersLeft() {
    return timers.values().stream().mapToInt(TreeSet::size).sum();
  }

  /** When the timers will fire. */
  public List<Long> timerTimes() {
    return List.copyOf(timers.keySet());
  }

  /** Bytes kept under a key; null for none. */
  public byte @Nullable [] stored(JoinKey key) {
    return state.get(key);
  }

  private void onState(
      JoinKey key, BiFunction<@Nullable OpenPrediction, Effects, @Nullable OpenPrediction> event) {
    String name = key.toString();
    keys.put(name, key);
    byte[] stored = state.get(key);
    OpenPrediction known = stored == null ? null : read(stored).under(key);
    OpenPrediction kept = event.apply(known, new Recording(name));
    if (kept == null) {
      state.remove(key);
    } else if (kept.takeChanged()) {
      state.put(key, bytes(kept));
    } else {
      // What is not written must not have changed.
      assertThat(bytes(kept)).isEqualTo(stored);
    }
  }

  private static byte[] bytes(OpenPrediction open) {
    DataOutputSerializer out = new DataOutputSerializer(64);
    try {
      STORED.serialize(open, out);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.getCopyOfBuffer();
  }

  private static OpenPrediction read(byte[] stored) {
    try {
      return STORED.deserialize(new DataInputDeserializer(stored));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void forget(long at, String name) {
    TreeSet<String> names = timers.get(at);
    if (names != null) {
      names.remove(name);
      if (names.isEmpty()) {
        timers.remove(at);
      }
    }
  }

  private final class Recording implements Effects {
    private final String name;

    Recording(String name) {
      this.name = name;
    }

    @Override
    public void truth(GroundTruth truth) {
      truths.add(truth);
    }

    @Override
    public void count(Contribution contribution) {
      contributions.add(contribution);
    }

    @Override
    public void late(LateOutcome outcome) {
      late.add(outcome);
    }

    @Override
    public void dead(DeadLetter letter) {
      dead.add(letter);
    }

    @Override
    public void repeatedPrediction() {
      repeatedPredictions++;
    }

    @Override
    public void repeatedOutcome() {
      repeatedOutcomes++;
    }

    @Override
    public void sampledOut() {
      sampledOut++;
    }

    @Override
    public void wake(long atMillis) {
      timers.computeIfAbsent(atMillis, at -> new TreeSet<>()).add(name);
    }

    @Override
    public void forget(long atMillis) {
      PlainJoin.this.forget(atMillis, name);
    }
  }
}
