package dev.runway.groundtruth.archive;

/**
 * The rows of a part that wait to become a file; the rows themselves are beside it.
 *
 * @param chunks how many chunks wait, numbered from 0
 * @param bytes their size
 * @param dueAtMillis processing time at which they leave at the latest
 * @param since watermark at which the first of them came, see {@link HeldWatermark}
 */
public record WaitingBatch(long chunks, long bytes, long dueAtMillis, long since) {

  WaitingBatch plus(RowBytes chunk) {
    return new WaitingBatch(chunks + 1, bytes + chunk.bytes().length, dueAtMillis, since);
  }
}
