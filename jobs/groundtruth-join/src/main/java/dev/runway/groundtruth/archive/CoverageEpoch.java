package dev.runway.groundtruth.archive;

/**
 * A span in which the archive has been written without a gap. What is of event times within {@code
 * from} and {@code through}, and was not late, is in finished files.
 *
 * @param id names it
 * @param folder URI of the archive it is about: another one has not the files of before
 * @param from event time from which on all was archived; {@link Long#MIN_VALUE} when there was
 *     nothing before
 * @param through event time up to which all has been archived; {@link Long#MIN_VALUE} when nothing
 *     has
 */
public record CoverageEpoch(String id, String folder, long from, long through) {

  CoverageEpoch through(long later) {
    return new CoverageEpoch(id, folder, from, Math.max(through, later));
  }
}
