package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Spans of event time of which an archive has everything that was not late.
 *
 * @param spans sorted, none touches another, none reaches before what is kept
 * @param keptFromMillis what is older was dropped; {@link Long#MIN_VALUE} when nothing was
 */
public record Coverage(List<Span> spans, long keptFromMillis) implements Serializable {

  /**
   * A span, both ends included.
   *
   * @param fromMillis {@link Long#MIN_VALUE} when there was nothing before
   */
  public record Span(long fromMillis, long throughMillis) implements Serializable {
    @Override
    public String toString() {
      return (fromMillis == Long.MIN_VALUE ? "the beginning" : Instant.ofEpochMilli(fromMillis))
          + " through "
          + Instant.ofEpochMilli(throughMillis);
    }
  }

  /** Spans that share a time are one: what is of that time is there, whoever wrote it. */
  public static Coverage of(List<Span> spans) {
    return of(spans, Long.MIN_VALUE);
  }

  /** The same of an archive whose days are kept from a time on. */
  public static Coverage of(List<Span> spans, long keptFromMillis) {
    List<Span> sorted = new ArrayList<>();
    spans.forEach(
        span ->
            sorted.add(
                new Span(Math.max(span.fromMillis(), keptFromMillis), span.throughMillis())));
    sorted.removeIf(span -> span.throughMillis() < span.fromMillis());
    sorted.sort(Comparator.comparingLong(Span::fromMillis));
    List<Span> apart = new ArrayList<>();
    for (Span span : sorted) {
      Span last = apart.isEmpty() ? null : apart.get(apart.size() - 1);
      if (last == null || last.throughMillis() < span.fromMillis()) {
        apart.add(span);
      } else if (last.throughMillis() < span.throughMillis()) {
        apart.set(apart.size() - 1, new Span(last.fromMillis(), span.throughMillis()));
      }
    }
    return new Coverage(List.copyOf(apart), keptFromMillis);
  }

  /**
   * Reads what an archive says of itself.
   *
   * @param folder URI of the archive's folder
   * @throws IOException if it says nothing, or cannot be read
   */
  public static Coverage read(String folder) throws IOException {
    CoverageFiles files = new CoverageFiles(folder);
    List<CoverageEpoch> epochs = files.read();
    if (epochs.isEmpty()) {
      throw new IOException(
          folder
              + " does not say of which times it is complete: its folder "
              + CoverageFiles.FOLDER
              + " has no file. Name the folder of an archive, and let its job run for"
              + " runway.archive.flush-after and some checkpoints");
    }
    return of(
        epochs.stream().map(epoch -> new Span(epoch.from(), epoch.through())).toList(),
        files.keptFrom());
  }

  /** Whether a time is among those whose files were not dropped. */
  public boolean keeps(long millis) {
    return millis >= keptFromMillis;
  }

  /** Whether everything of a span of time is there. */
  public boolean covers(long fromMillis, long throughMillis) {
    return spans.stream()
        .anyMatch(span -> span.fromMillis() <= fromMillis && span.throughMillis() >= throughMillis);
  }

  /** Whether all of a span of time is there but for what the last of ours has not come to yet. */
  public boolean isAhead(long fromMillis, long throughMillis) {
    if (spans.isEmpty()) {
      return false;
    }
    Span last = spans.get(spans.size() - 1);
    return last.fromMillis() <= fromMillis && last.throughMillis() < throughMillis;
  }

  @Override
  public String toString() {
    return spans.isEmpty()
        ? "nothing"
        : spans.stream().map(Span::toString).collect(Collectors.joining(", and "));
  }
}
