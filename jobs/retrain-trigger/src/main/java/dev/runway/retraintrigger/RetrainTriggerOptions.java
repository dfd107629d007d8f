package dev.runway.retraintrigger;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.Option;
import dev.runway.flink.Options;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.known.KafkaKnownFeed;
import dev.runway.retraintrigger.stream.Settled;
import java.time.Duration;

/** The options of retrain-trigger, beside those of every job. */
final class RetrainTriggerOptions {
  static final Option<String> GROUP =
      CommonOptions.GROUP
          .withDefault("runway-retrain-trigger")
          .describedAs(
              "Consumer group: shows the lag. Where the job goes on is in its checkpoint, not in the"
                  + " group.");

  static final Option<Duration> IDLE_AFTER =
      CommonOptions.IDLE_AFTER
          .withDefault(Duration.ofSeconds(10))
          .checked(
              pause -> pause.compareTo(Duration.ofMillis(500)) >= 0,
              "must be at least half a second: a shorter pause is no silence")
          .describedAs(
              "After how long without a record a partition no longer holds up the others. Readings"
                  + " wait in memory meanwhile, so it is short; a tick waits"
                  + " runway.trigger.tick-wait more for what is on the way.");

  /** Who makes time. */
  enum Ticks {
    WRITE,
    READ
  }

  static final Option<Ticks> TICKS =
      Option.choice("runway.trigger.ticks", Ticks.class)
          .withDefault(Ticks.WRITE)
          .describedAs(
              "Whether the job writes a tick a minute by its clock, or only reads those that somebody"
                  + " else writes, such as a replay of history. Several copies may write.");

  static final Option<Duration> TICK_WAIT =
      Option.duration("runway.trigger.tick-wait")
          .withDefault(Duration.ofMillis(Settled.WAIT_MILLIS))
          .checked(
              wait ->
                  wait.compareTo(Duration.ofMillis(200)) >= 0
                      && wait.compareTo(Duration.ofMinutes(5)) <= 0,
              "must be from 200 ms to 5 minutes")
          .describedAs(
              "How long after its append a tick waits for records that are on the way from a"
                  + " partition that was silent. What comes later counts for the next tick, and in a"
                  + " replay it would not. Shorter only where one process writes the ticks and has"
                  + " seen the readings, as a replay does.");

  static final Option<Duration> OUT_OF_ORDERNESS =
      CommonOptions.OUT_OF_ORDERNESS
          .withDefault(Duration.ofMinutes(3))
          .describedAs(
              "As drift-monitor has it, which says how a window was so long after its end. Give both"
                  + " the same.");

  static final Option<Duration> LATENESS =
      Option.duration("runway.trigger.lateness")
          .withDefault(Duration.ofMinutes(1))
          .checked(
              lateness ->
                  lateness.compareTo(Duration.ofMinutes(1)) >= 0
                      && lateness.compareTo(Duration.ofMinutes(10)) <= 0,
              "must be from 1 to 10 minutes: a reading takes seconds, and a tick comes each minute")
          .describedAs(
              "How long after runway.events.out-of-orderness a window is judged: 4 minutes after its"
                  + " end with both defaults. With a reading that comes later it is judged once more,"
                  + " at the tick after it.");

  static final Option<Duration> SILENCE =
      Option.duration("runway.trigger.silence")
          .withDefault(Duration.ofHours(1))
          .checked(
              silence -> silence.compareTo(Duration.ofMinutes(10)) >= 0,
              "must be at least 10 minutes: one window without predictions is no silence")
          .describedAs(
              "How long a version may predict nothing before it has NO_DATA; three windows at"
                  + " least.");

  static final Option<Duration> COOLDOWN =
      Option.duration("runway.trigger.cooldown")
          .withDefault(Duration.ofHours(24))
          .checked(
              cooldown -> !cooldown.isNegative() && cooldown.compareTo(Duration.ofDays(366)) <= 0,
              "must be from 0 to 366 days")
          .describedAs(
              "How long after a command no other one is sent for its model, where no policy says"
                  + " another thing. The ledger has its own and holds it in any case.");

  static final Option<Duration> CADENCE =
      Option.duration("runway.trigger.cadence")
          .withDefault(Duration.ofDays(30))
          .checked(
              cadence -> cadence.compareTo(Duration.ofMinutes(1)) >= 0, "must be at least a minute")
          .describedAs(
              "How often a model is to be trained, where no policy says another thing: at this age"
                  + " its severity of age is 0.5, at twice of it 1.");

  static final Option<Double> ESTIMATED_COST =
      Option.number("runway.trigger.estimated-cost")
          .withDefault(50.0)
          .checked(cost -> cost >= 0 && cost <= 1_000_000, "must be from 0 to 1,000,000")
          .describedAs(
              "What a retrain is thought to cost, in US dollars: the ledger reserves it. 50,000 a"
                  + " month are 33 a day at 50.");

  private RetrainTriggerOptions() {}

  static Options from(String[] args) {
    return Options.from(args, CommonOptions.class, RetrainTriggerOptions.class);
  }

  static TriggerSettings trigger(Options options) {
    return TriggerSettings.standard()
        .with(
            options.get(OUT_OF_ORDERNESS).plus(options.get(LATENESS)),
            options.get(SILENCE),
            options.get(COOLDOWN),
            options.get(CADENCE),
            options.get(ESTIMATED_COST));
  }

  static RetrainTriggerTopology.Settings topology(Options options) {
    String namespace = options.get(CommonOptions.NAMESPACE);
    return new RetrainTriggerTopology.Settings(
        CommonOptions.bounds(options),
        options.get(TICKS) == Ticks.WRITE,
        Topic.RETRAINS.in(namespace),
        options.get(TICK_WAIT).toMillis(),
        KafkaKnownFeed.of(CommonOptions.kafka(options), namespace),
        trigger(options));
  }
}
