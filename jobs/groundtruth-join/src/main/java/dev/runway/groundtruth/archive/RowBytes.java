package dev.runway.groundtruth.archive;

/**
 * Rows of one part of the archive, in the compact form of the job's state.
 *
 * @param layout version of the serializer that wrote them, see {@link RowFormat#serializer}
 * @param rows how many
 * @param bytes the rows one after the other; not to be changed
 */
public record RowBytes(int layout, int rows, byte[] bytes) {}
