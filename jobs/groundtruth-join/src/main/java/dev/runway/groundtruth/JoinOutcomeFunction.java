package dev.runway.groundtruth;

import dev.runway.flink.DeadLetters;
import dev.runway.flink.ReachedTime;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.Contribution;
import dev.runway.groundtruth.join.Effects;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.join.OpenPrediction;
import dev.runway.groundtruth.join.PredictionJoin;
import dev.runway.groundtruth.state.GroundTruthSerializer;
import dev.runway.groundtruth.state.LateOutcomeSerializer;
import dev.runway.groundtruth.state.OpenPredictionSerializer;
import dev.runway.model.DeadLetter;
import dev.runway.model.GroundTruth;
import dev.runway.model.LateOutcome;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Holds whichever half comes first until the other half comes or the label horizon ends, and
 * carries {@link PredictionJoin}.
 *
 * <p>State {@code open-prediction} per {@code (model, prediction id)}: about 50 bytes and 25 more
 * per outcome, until the horizon and {@code late-memory} of event time have passed, or an outcome
 * without prediction has waited {@code orphan-wait}. A time to live in processing time is the net
 * below, for keys whose timers a stopped event clock never fires.
 *
 * <p>In batch execution the events of a key come one after the other in order of time, and Flink's
 * timers only fire behind them. There the function keeps the time itself, as a stream would in
 * which nothing is ever late: it reaches the time of each event, and the end when the last has
 * been. Predictions of one time wait for each other, see {@link PredictionsOfOneTime}.
 *
 * <p>Main output: what each event changes in the counts. Side outputs: {@link #TRUTH}, {@link
 * #LATE}, {@link DeadLetters#TAG}.
 */
final class JoinOutcomeFunction
    extends KeyedCoProcessFunction<JoinKey, AdmittedPrediction, AdmittedOutcome, Contribution>
    implements CheckpointedFunction {

  static final OutputTag<GroundTruth> TRUTH =
      new OutputTag<>("groundtruth", GroundTruthSerializer.TYPE);
  static final OutputTag<LateOutcome> LATE =
      new OutputTag<>("late-outcomes", LateOutcomeSerializer.TYPE);

  /** Longer than any horizon, memory and outage together: 35 d + 35 d, and 20 d of standstill. */
  private static final Duration TIME_TO_LIVE = Duration.ofDays(90);

  private static final int COMPACTION_CLOCK_EVERY = 1_000;

  /** Flink fires all timers of a key at its end, whatever their time. */
  private static final long END_OF_KEY = Long.MAX_VALUE;

  private final String predictionsTopic;
  private final String outcomesTopic;
  private final Duration orphanWait;
  private final Duration lateMemory;
  private final boolean sorted;

  @SuppressWarnings("NullAway.Init") // initializeState() sets it before open().
  private transient ReachedTime reached;

  private transient PredictionJoin join;
  private transient ValueState<OpenPrediction> open;
  private transient Consequences consequences;

  /** Null in a stream, as the next. */
  private transient @Nullable KeyAlarms alarms;

  private transient @Nullable PredictionsOfOneTime sameTime;

  private transient Counter repeatedPredictions;
  private transient Counter repeatedOutcomes;
  private transient Counter sampledOut;
  private transient Counter lateOutcomes;
  private transient Counter refused;

  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first event.
  JoinOutcomeFunction(
      String predictionsTopic,
      String outcomesTopic,
      Duration orphanWait,
      Duration lateMemory,
      boolean sorted) {
    this.predictionsTopic = predictionsTopic;
    this.outcomesTopic = outcomesTopic;
    this.orphanWait = orphanWait;
    this.lateMemory = lateMemory;
    this.sorted = sorted;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    reached = new ReachedTime(context);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    reached.snapshot();
  }

  @Override
  public void open(OpenContext context) {
    join =
        new PredictionJoin(
            predictionsTopic, outcomesTopic, orphanWait.toMillis(), lateMemory.toMillis());
    ValueStateDescriptor<OpenPrediction> descriptor =
        new ValueStateDescriptor<>("open-prediction", OpenPredictionSerializer.TYPE);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(TIME_TO_LIVE)
            .cleanupInRocksdbCompactFilter(COMPACTION_CLOCK_EVERY)
            .build());
    open = getRuntimeContext().getState(descriptor);
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    repeatedPredictions = metrics.counter("repeated-predictions");
    repeatedOutcomes = metrics.counter("repeated-outcomes");
    sampledOut = metrics.counter("sampled-out-outcomes");
    lateOutcomes = metrics.counter("late-outcomes");
    refused = metrics.counter("dead");
    consequences = new Consequences();
    alarms = sorted ? new KeyAlarms() : null;
    sameTime = sorted ? new PredictionsOfOneTime() : null;
  }

  @Override
  public void processElement1(
      AdmittedPrediction event, Context context, Collector<Contribution> out) throws Exception {
    Effects effects = consequences.of(context, out);
    long now = reach(context, event.key(), effects);
    if (sameTime == null) {
      take(event, now, effects);
      return;
    }
    sameTime.add(event);
    context.timerService().registerEventTimeTimer(END_OF_KEY);
    if (sameTime.isFull()) {
      takeAll(sameTime, effects);
    }
  }

  private void takeAll(PredictionsOfOneTime events, Effects effects) throws Exception {
    for (AdmittedPrediction event : events.take()) {
      take(event, justBefore(event.predictedAtMillis()), effects);
    }
  }

  private void take(AdmittedPrediction event, long now, Effects effects) throws Exception {
    OpenPrediction known = kept(event.key());
    keep(known, join.onPrediction(known, event, now, effects));
  }

  @Override
  public void processElement2(AdmittedOutcome event, Context context, Collector<Contribution> out)
      throws Exception {
    Effects effects = consequences.of(context, out);
    long now = reach(context, event.key(), effects);
    OpenPrediction known = kept(event.key());
    keep(known, join.onOutcome(known, event, now, effects));
  }

  @Override
  public void onTimer(long atMillis, OnTimerContext context, Collector<Contribution> out)
      throws Exception {
    Effects effects = consequences.of(context, out);
    if (alarms != null && sameTime != null) {
      takeAll(sameTime, effects);
      ring(alarms, END_OF_KEY, context.getCurrentKey(), effects);
      return;
    }
    // Timers alone move it where no events come any more.
    reached.now(context.timerService());
    ring(atMillis, context.getCurrentKey(), effects);
  }

  /** Lets event time reach an event, and says where it is. */
  private long reach(Context context, JoinKey key, Effects effects) throws Exception {
    if (alarms == null || sameTime == null) {
      return reached.now(context.timerService());
    }
    if (sameTime.areBefore(context.timestamp())) {
      takeAll(sameTime, effects);
    }
    long now = justBefore(context.timestamp());
    ring(alarms, now, key, effects);
    return now;
  }

  /** Another event of the same time may follow. */
  private static long justBefore(long atMillis) {
    return atMillis - 1;
  }

  private void ring(KeyAlarms due, long now, JoinKey key, Effects effects) throws Exception {
    for (Long at = due.takeDue(now); at != null; at = due.takeDue(now)) {
      ring(at, key, effects);
    }
  }

  private void ring(long atMillis, JoinKey key, Effects effects) throws Exception {
    OpenPrediction known = kept(key);
    if (known != null) {
      keep(known, join.onTime(known, atMillis, effects));
    }
  }

  private @Nullable OpenPrediction kept(JoinKey key) throws Exception {
    OpenPrediction known = open.value();
    return known == null ? null : known.under(key);
  }

  /**
   * Repeats and what comes late change nothing: no write, and no tombstone for what was not there.
   */
  private void keep(@Nullable OpenPrediction known, @Nullable OpenPrediction now) throws Exception {
    if (now == null) {
      if (known != null) {
        open.clear();
      }
    } else if (now.takeChanged()) {
      open.update(now);
    }
  }

  /** Carries out what the join says; one object for all events, for there are many. */
  private final class Consequences implements Effects {
    private @Nullable Context context;
    private @Nullable Collector<Contribution> out;

    Consequences of(Context ofContext, Collector<Contribution> ofOut) {
      context = ofContext;
      out = ofOut;
      return this;
    }

    private Context context() {
      return Objects.requireNonNull(context);
    }

    @Override
    public void truth(GroundTruth truth) {
      context().output(TRUTH, truth);
    }

    @Override
    public void count(Contribution contribution) {
      Objects.requireNonNull(out).collect(contribution);
    }

    @Override
    public void late(LateOutcome outcome) {
      lateOutcomes.inc();
      context().output(LATE, outcome);
    }

    @Override
    public void dead(DeadLetter letter) {
      refused.inc();
      context().output(DeadLetters.TAG, letter);
    }

    @Override
    public void repeatedPrediction() {
      repeatedPredictions.inc();
    }

    @Override
    public void repeatedOutcome() {
      repeatedOutcomes.inc();
    }

    @Override
    public void sampledOut() {
      sampledOut.inc();
    }

    @Override
    public void wake(long atMillis) {
      if (alarms == null) {
        context().timerService().registerEventTimeTimer(atMillis);
        return;
      }
      alarms.set(atMillis);
      // At the end of a key Flink takes no timers any more, and none is needed.
      if (context().timerService().currentWatermark() != Long.MAX_VALUE) {
        context().timerService().registerEventTimeTimer(END_OF_KEY);
      }
    }

    @Override
    public void forget(long atMillis) {
      if (alarms == null) {
        context().timerService().deleteEventTimeTimer(atMillis);
      } else {
        alarms.cancel(atMillis);
      }
    }
  }
}
