package dev.runway.retraintrigger.stream;

import dev.runway.drift.window.Tier;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.known.Known;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.ModelFacts;
import dev.runway.retraintrigger.state.StoredValue;
import java.util.Set;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * The dossiers of a subtask's models, and when each is to be looked at. State {@code dossier}, of
 * the model whose key is set; who calls sets it.
 */
final class Dossiers {
  static final String STATE = "dossier";

  private final ValueState<byte[]> state;
  private final Known known;
  private final TriggerSettings settings;
  private final DueModels due = new DueModels();

  Dossiers(ValueState<byte[]> state, Known known, TriggerSettings settings) {
    this.state = state;
    this.known = known;
    this.settings = settings;
  }

  static ValueStateDescriptor<byte[]> descriptor(StateTtlConfig timeToLive) {
    ValueStateDescriptor<byte[]> descriptor =
        new ValueStateDescriptor<>(STATE, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    descriptor.enableTimeToLive(timeToLive);
    return descriptor;
  }

  /** Looks at a model with the next tick. */
  void lookAtNext(String model) {
    due.put(model, Long.MIN_VALUE);
  }

  /** Whether there is one. */
  boolean has(String model) {
    return due.has(model);
  }

  /** Models to be looked at with a tick, in the order of their names. */
  Set<String> dueAt(long tickMillis) {
    return due.at(tickMillis);
  }

  /** Whether the model whose key is set is registered, or was. */
  boolean isKnown(String model) throws Exception {
    return state.value() != null || known.document(model) != null;
  }

  /** The dossier with all that is known now; null for a model that nobody has registered. */
  @Nullable Dossier read(String model) throws Exception {
    byte[] stored = state.value();
    if (stored == null && known.document(model) == null) {
      due.remove(model);
      return null;
    }
    Dossier dossier = stored == null ? new Dossier(model) : StoredValue.read(stored, Dossier.class);
    known.tell(dossier, settings.cooldownMillis());
    return dossier;
  }

  /** Keeps a dossier that has been judged until it is due again, or lets it go when it is over. */
  void judged(String model, Dossier dossier, long tickMillis) throws Exception {
    if (dossier.isOver(tickMillis)) {
      state.clear();
      due.remove(model);
    } else {
      state.update(StoredValue.write(dossier));
      due.put(model, nextDue(dossier, tickMillis));
    }
  }

  /** Keeps a dossier into which something was merged before its tick. */
  void merged(String model, Dossier dossier) throws Exception {
    state.update(StoredValue.write(dossier));
    lookAtNext(model);
  }

  /** The tick at which a window is judged, or looked at again; none while there is no document. */
  private long nextDue(Dossier dossier, long tickMillis) {
    ModelFacts facts = dossier.facts;
    if (facts == null) {
      return Long.MAX_VALUE;
    }
    long window = Tier.of(facts.tier()).windowMillis();
    long newest = Math.floorDiv(tickMillis - settings.latenessMillis(), window) * window;
    return Math.min(newest + window + settings.latenessMillis(), dossier.looksAgainAtMillis());
  }
}
