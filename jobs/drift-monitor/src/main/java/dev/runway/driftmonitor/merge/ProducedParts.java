package dev.runway.driftmonitor.merge;

import dev.runway.model.DeadLetter;
import dev.runway.model.Limits;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ProducerTile;
import dev.runway.model.ProducerTileCodec;
import dev.runway.model.Reason;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Which tiles of producers each minute has taken, so that a repeat changes nothing. Which of two
 * tiles of one id counts is decided by their order on the topic, which is that of their arrival:
 * they have one key.
 *
 * <p>Counter {@code producer-tiles}, which are {@code merged-producer-tiles}, {@code
 * late-producer-tiles}, {@code repeated-producer-tiles} and {@code refused-producer-tiles}.
 */
final class ProducedParts {
  private final MapState<Span, TakenParts> minutes;
  private final Counter all;
  private final Counter merged;
  private final Counter late;
  private final Counter repeated;
  private final Counter refused;

  /**
   * @param minutes of all segments: which one a tile counts under may be another when it comes
   *     again
   */
  ProducedParts(MapState<Span, TakenParts> minutes, MetricGroup metrics) {
    this.minutes = minutes;
    all = metrics.counter("producer-tiles");
    merged = metrics.counter("merged-producer-tiles");
    late = metrics.counter("late-producer-tiles");
    repeated = metrics.counter("repeated-producer-tiles");
    refused = metrics.counter("refused-producer-tiles");
  }

  /** One whose minute is over. */
  void late() {
    all.inc();
    late.inc();
  }

  /**
   * Whether a tile is one that its minute does not have yet, and has from now on.
   *
   * @param letters takes the letter where it is refused: its id is known with other counts, or the
   *     minute has {@link Limits#MAX_TILE_PARTS} already
   */
  boolean take(TileDelta delta, ProducedPart part, Consumer<DeadLetter> letters) throws Exception {
    all.inc();
    Span minute = delta.minute().of(Span.NO_SEGMENT);
    TakenParts known = minutes.get(minute);
    TakenParts taken = known == null ? TakenParts.NONE : known;
    TakenParts.Part more =
        new TakenParts.Part(part.producerId(), part.sequence(), part.segment(), contentOf(delta));
    TakenParts.Part same = taken.find(more);
    if (same == null && !taken.isFull()) {
      minutes.put(minute, taken.with(more));
      merged.inc();
      return true;
    }
    if (same != null && same.content() == more.content()) {
      repeated.inc();
      return false;
    }
    refused.inc();
    letters.accept(
        letter(
            delta,
            part,
            same == null
                ? new MalformedEvent(
                    Reason.OVER_LIMIT,
                    "sequence",
                    "%d tiles of this minute are there already".formatted(Limits.MAX_TILE_PARTS))
                : new MalformedEvent(
                    Reason.CONFLICT,
                    "sequence",
                    "tile %d of %s has come with other counts, which stay"
                        .formatted(part.sequence(), part.producerId()))));
    return false;
  }

  void forget(Span minute) throws Exception {
    minutes.remove(minute.of(Span.NO_SEGMENT));
  }

  /** Its event once more, for it is known by its parts only. */
  private static DeadLetter letter(TileDelta delta, ProducedPart part, MalformedEvent cause) {
    Span minute = delta.minute();
    byte[] event =
        ProducerTileCodec.write(
            new ProducerTile(
                part.producerId(),
                part.sequence(),
                delta.key().modelId(),
                delta.key().version(),
                part.segment().equals(Span.NO_SEGMENT) ? null : part.segment(),
                delta.key().profileId(),
                minute.startMillis(),
                minute.endMillis(),
                delta.predictions(),
                delta.tile()));
    return DeadLetter.of(
        part.topic(), part.partition(), part.offset(), part.recordedAtMillis(), event, cause);
  }

  /** FNV-1a of the counts, which is kept in state: never changed. */
  private static long contentOf(TileDelta delta) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : delta.tile()) {
      hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
