/**
 * The archive: predictions, outcomes and final ground truth as Parquet files, one folder a day and
 * model. Written by the stream, read by the batch.
 */
@NullMarked
package dev.runway.groundtruth.archive;

import org.jspecify.annotations.NullMarked;
