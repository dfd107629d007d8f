package dev.runway.groundtruth.archive;

import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.PartFileInfo;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.CheckpointRollingPolicy;

/** Flink's file sink for batches: a file each, seen by readers once its checkpoint is complete. */
final class ArchiveSink {
  private ArchiveSink() {}

  static FileSink<ArchiveChunk> to(String folder) {
    return FileSink.forBulkFormat(new Path(folder), new ParquetBatchWriter.Factory())
        .withBucketAssigner(new FolderOfPart())
        .withRollingPolicy(new FilePerBatch())
        .withOutputFileConfig(
            OutputFileConfig.builder().withPartPrefix("part").withPartSuffix(".parquet").build())
        .build();
  }

  private static final class FolderOfPart implements BucketAssigner<ArchiveChunk, String> {
    @Override
    public String getBucketId(ArchiveChunk chunk, Context context) {
      return chunk.part().folder();
    }

    @Override
    public SimpleVersionedSerializer<String> getSerializer() {
      return SimpleVersionedStringSerializer.INSTANCE;
    }
  }

  /** Two batches of a part may leave between two checkpoints. */
  private static final class FilePerBatch extends CheckpointRollingPolicy<ArchiveChunk, String> {
    @Override
    public boolean shouldRollOnEvent(PartFileInfo<String> file, ArchiveChunk chunk) {
      return chunk.first();
    }

    @Override
    public boolean shouldRollOnProcessingTime(PartFileInfo<String> file, long now) {
      return false;
    }
  }
}
