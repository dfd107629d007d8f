package dev.runway.driftmonitor.concept;

import dev.runway.driftmonitor.merge.Span;
import dev.runway.flink.BundleFunction;
import org.apache.flink.util.Collector;

/** Truths to ledgers of a minute, in memory: state is asked once a bundle and not once a truth. */
public final class TruthBundle
    implements BundleFunction<Truth, TruthBundle.Minute, TruthLedger, TruthDelta> {

  /** What truths are bundled under. */
  record Minute(VersionKey key, long startMillis) {}

  @Override
  public Minute key(Truth truth) {
    return new Minute(truth.key(), minuteOf(truth));
  }

  private static long minuteOf(Truth truth) {
    return Math.floorDiv(truth.predictedAtMillis(), Span.MINUTE_MILLIS) * Span.MINUTE_MILLIS;
  }

  @Override
  public TruthLedger create(Minute minute) {
    return new TruthLedger();
  }

  @Override
  public long add(TruthLedger ledger, Truth truth) {
    ledger.add(truth, minuteOf(truth));
    return 0;
  }

  @Override
  public void emit(Minute minute, TruthLedger ledger, Collector<TruthDelta> out) {
    out.collect(new TruthDelta(minute.key(), minute.startMillis(), ledger));
  }
}
