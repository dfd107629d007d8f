package dev.runway.groundtruth.archive;

/**
 * Some rows of a part, on their way to its file.
 *
 * @param first whether a file begins with it; only behind {@link KeepRowsFunction}
 * @param last whether a file ends with it; only behind {@link KeepRowsFunction}
 */
public record ArchiveChunk(ArchivePart part, RowBytes rows, boolean first, boolean last) {

  static ArchiveChunk of(ArchivePart part, RowBytes rows) {
    return new ArchiveChunk(part, rows, false, false);
  }
}
