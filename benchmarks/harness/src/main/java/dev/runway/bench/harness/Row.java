package dev.runway.bench.harness;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a benchmark, in the shape that all of them write.
 *
 * @param kind ours, peer or limit
 * @param open what is held open while it is measured: waiting predictions, or counts
 * @param events events that were measured
 * @param cpuNanosPerEvent processor time of the whole process
 * @param wallNanosPerEvent time that passed
 * @param allocBytesPerEvent what all threads allocated on the heap
 * @param spread greatest over least processor time of the rounds behind a median; 1 for one round
 * @param rounds how many rounds are behind it
 * @param stateBytesPerOpen bytes on disk for each open one, see the case; null without
 * @param ratioToOurs processor time as a multiple of ours at the same size; null until known
 * @param more what else was found, by name with its unit last
 */
public record Row(
    @JsonProperty("name") String name,
    @JsonProperty("kind") String kind,
    @JsonProperty("open") int open,
    @JsonProperty("events") long events,
    @JsonProperty("cpu_ns_per_event") double cpuNanosPerEvent,
    @JsonProperty("wall_ns_per_event") double wallNanosPerEvent,
    @JsonProperty("alloc_bytes_per_event") double allocBytesPerEvent,
    @JsonProperty("spread") double spread,
    @JsonProperty("rounds") int rounds,
    @JsonProperty("state_bytes_per_open") @Nullable Double stateBytesPerOpen,
    @JsonProperty("ratio_to_ours") @Nullable Double ratioToOurs,
    @JsonProperty("more") @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> more) {

  public Row {
    more = more == null ? Map.of() : new TreeMap<>(more);
  }

  /** A single round's. */
  public Row(
      String name,
      String kind,
      int open,
      long events,
      double cpuNanosPerEvent,
      double wallNanosPerEvent,
      double allocBytesPerEvent) {
    this(
        name,
        kind,
        open,
        events,
        cpuNanosPerEvent,
        wallNanosPerEvent,
        allocBytesPerEvent,
        1,
        1,
        null,
        null,
        Map.of());
  }

  public Row withState(double bytesPerOpen) {
    return with(spread, rounds, bytesPerOpen, ratioToOurs, more);
  }

  public Row withRatio(@Nullable Double ratio) {
    return with(spread, rounds, stateBytesPerOpen, ratio, more);
  }

  /** Same with one more figure. */
  public Row with(String figure, double value) {
    Map<String, Double> all = new TreeMap<>(more);
    all.put(figure, value);
    return with(spread, rounds, stateBytesPerOpen, ratioToOurs, all);
  }

  private Row with(
      double itsSpread,
      int itsRounds,
      @Nullable Double state,
      @Nullable Double ratio,
      Map<String, Double> figures) {
    return new Row(
        name,
        kind,
        open,
        events,
        cpuNanosPerEvent,
        wallNanosPerEvent,
        allocBytesPerEvent,
        itsSpread,
        itsRounds,
        state,
        ratio,
        figures);
  }
}
