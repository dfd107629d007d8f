package dev.runway.tables;

import dev.runway.flink.DeadLetters;
import dev.runway.flink.DecodeFunction;
import dev.runway.flink.RawEvent;
import dev.runway.model.DeadLetter;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Result topics -> tables.
 *
 * <pre>
 * performance --> decode-reading -+-> write-performance ----+
 *                       |         +-> write-label-coverage -+-> dead letters
 *                       |         '-> write-label-delay ----+
 *                       '-----------------------------------'
 * performance-master -> decode-master-reading -> write-master-... in the same way
 * drift -> decode-drift -> write-drift-readings -> dead letters, as those of decoding
 * tiles -> decode-tile -> write-drift-tiles in the same way
 * staleness -> decode-staleness -> write-staleness, decisions -> decode-decision -> write-decisions too
 * embedding-stability -> decode-stability -> write-embedding-stability too
 * embedding-traffic -> decode-traffic -> write-embedding-traffic too
 * embedding-mixtures -> decode-mixture -> write-embedding-mixtures too
 * dead letters -> decode-dead-letter -> write-dead-letter-rows
 * </pre>
 *
 * <p>A broken dead letter, and one that its table refuses, are counted and end there: made dead
 * letters again they would come back for ever.
 */
final class ResultTablesTopology {
  private ResultTablesTopology() {}

  /** Builds it; gives the dead letters of this job. */
  static DataStream<DeadLetter> build(
      DataStream<RawEvent> performance,
      DataStream<RawEvent> masterPerformance,
      DataStream<RawEvent> drift,
      DataStream<RawEvent> tiles,
      DataStream<RawEvent> staleness,
      DataStream<RawEvent> decisions,
      DataStream<RawEvent> stability,
      DataStream<RawEvent> traffic,
      DataStream<RawEvent> mixtures,
      DataStream<RawEvent> deadLetters,
      WriteSettings settings) {
    var letters =
        deadLetters
            .process(new DecodeFunction<>(new LetterDecoder(), SourcedLetterSerializer.TYPE))
            .uid("decode-dead-letter")
            .name("decode dead letter");

    write(letters, new DeadLetterRows(), settings, "write-dead-letter-rows");
    return view(performance, ReadingView.SPEED, "", settings)
        .union(
            view(masterPerformance, ReadingView.MASTER, "master-", settings),
            drift(drift, settings),
            tiles(tiles, settings),
            staleness(staleness, settings),
            decisions(decisions, settings),
            stability(stability, settings),
            traffic(traffic, settings),
            mixtures(mixtures, settings));
  }

  private static DataStream<DeadLetter> drift(DataStream<RawEvent> drift, WriteSettings settings) {
    var readings =
        drift
            .process(new DecodeFunction<>(new DriftDecoder(), SourcedDriftSerializer.TYPE))
            .uid("decode-drift")
            .name("decode drift");
    return readings
        .getSideOutput(DeadLetters.TAG)
        .union(write(readings, new DriftRows(), settings, "write-drift-readings"));
  }

  private static DataStream<DeadLetter> tiles(DataStream<RawEvent> tiles, WriteSettings settings) {
    var decoded =
        tiles
            .process(new DecodeFunction<>(new TileDecoder(), SourcedTileSerializer.TYPE))
            .uid("decode-tile")
            .name("decode tile");
    return decoded
        .getSideOutput(DeadLetters.TAG)
        .union(write(decoded, new TileRows(), settings, "write-drift-tiles"));
  }

  private static DataStream<DeadLetter> staleness(
      DataStream<RawEvent> staleness, WriteSettings settings) {
    var decoded =
        staleness
            .process(new DecodeFunction<>(new StalenessDecoder(), SourcedStalenessSerializer.TYPE))
            .uid("decode-staleness")
            .name("decode staleness");
    return decoded
        .getSideOutput(DeadLetters.TAG)
        .union(write(decoded, new StalenessRows(), settings, "write-staleness"));
  }

  private static DataStream<DeadLetter> decisions(
      DataStream<RawEvent> decisions, WriteSettings settings) {
    var decoded =
        decisions
            .process(new DecodeFunction<>(new DecisionDecoder(), SourcedDecisionSerializer.TYPE))
            .uid("decode-decision")
            .name("decode decision");
    return decoded
        .getSideOutput(DeadLetters.TAG)
        .union(write(decoded, new DecisionRows(), settings, "write-decisions"));
  }

  private static DataStream<DeadLetter> stability(
      DataStream<RawEvent> stability, WriteSettings settings) {
    var decoded =
        stability
            .process(new DecodeFunction<>(new StabilityDecoder(), SourcedStabilitySerializer.TYPE))
            .uid("decode-stability")
            .name("decode stability");
    return decoded
        .getSideOutput(DeadLetters.TAG)
        .union(write(decoded, new StabilityRows(), settings, "write-embedding-stability"));
  }

  private static DataStream<DeadLetter> traffic(
      DataStream<RawEvent> traffic, WriteSettings settings) {
    var decoded =
        traffic
            .process(new DecodeFunction<>(new TrafficDecoder(), SourcedTrafficSerializer.TYPE))
            .uid("decode-traffic")
            .name("decode traffic");
    return decoded
        .getSideOutput(DeadLetters.TAG)
        .union(write(decoded, new TrafficRows(), settings, "write-embedding-traffic"));
  }

  private static DataStream<DeadLetter> mixtures(
      DataStream<RawEvent> mixtures, WriteSettings settings) {
    var decoded =
        mixtures
            .process(new DecodeFunction<>(new MixtureDecoder(), SourcedMixtureSerializer.TYPE))
            .uid("decode-mixture")
            .name("decode mixture");
    return decoded
        .getSideOutput(DeadLetters.TAG)
        .union(write(decoded, new MixtureRows(), settings, "write-embedding-mixtures"));
  }

  /** The three tables of a view; {@code mark} is what its uids have that the speed view's lack. */
  private static DataStream<DeadLetter> view(
      DataStream<RawEvent> performance, ReadingView view, String mark, WriteSettings settings) {
    String decode = "decode-" + mark + "reading";
    var readings =
        performance
            .process(new DecodeFunction<>(new ReadingDecoder(view), SourcedReadingSerializer.TYPE))
            .uid(decode)
            .name(decode.replace('-', ' '));
    return readings
        .getSideOutput(DeadLetters.TAG)
        .union(
            write(readings, new PerformanceRows(view), settings, "write-" + mark + "performance"),
            write(
                readings,
                new LabelCoverageRows(view),
                settings,
                "write-" + mark + "label-coverage"),
            write(readings, new LabelDelayRows(view), settings, "write-" + mark + "label-delay"));
  }

  private static <E> SingleOutputStreamOperator<DeadLetter> write(
      DataStream<Sourced<E>> events, RowMapping<E> mapping, WriteSettings settings, String uid) {
    TypeInformation<DeadLetter> refused = DeadLetters.TYPE;
    return events.transform(uid, refused, new WriteTableOperator<>(mapping, settings)).uid(uid);
  }
}
