package dev.runway.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a benchmark, in the shape that all of them write.
 *
 * @param kind ours, peer or limit
 * @param open predictions that wait while it is measured
 * @param events predictions and outcomes that were measured
 * @param cpuNanosPerEvent processor time of the whole process
 * @param wallNanosPerEvent time that passed
 * @param allocBytesPerEvent what all threads allocated on the heap
 * @param spread greatest over least processor time of the rounds behind a median; 1 for one round
 * @param stateBytesPerOpen bytes of a full native savepoint per waiting prediction; null without
 * @param ratioToOurs processor time as a multiple of ours at the same size; null until known
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
    @JsonProperty("state_bytes_per_open") @Nullable Double stateBytesPerOpen,
    @JsonProperty("ratio_to_ours") @Nullable Double ratioToOurs) {

  Row withState(double bytesPerOpen) {
    return new Row(
        name,
        kind,
        open,
        events,
        cpuNanosPerEvent,
        wallNanosPerEvent,
        allocBytesPerEvent,
        spread,
        bytesPerOpen,
        ratioToOurs);
  }

  Row withRatio(@Nullable Double ratio) {
    return new Row(
        name,
        kind,
        open,
        events,
        cpuNanosPerEvent,
        wallNanosPerEvent,
        allocBytesPerEvent,
        spread,
        stateBytesPerOpen,
        ratio);
  }
}
