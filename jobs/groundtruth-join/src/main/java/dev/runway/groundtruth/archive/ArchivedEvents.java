package dev.runway.groundtruth.archive;

import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import org.apache.flink.api.common.eventtime.SerializableTimestampAssigner;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Reads days of the archive: bounded streams whose elements carry their event time. */
public final class ArchivedEvents {
  private ArchivedEvents() {}

  /** Everything that was admitted as predicted on these days. */
  public static DataStream<AdmittedPrediction> predictions(
      StreamExecutionEnvironment env, String folder, Days days) {
    return read(env, folder, new PredictionRows(), days, "read-archived-predictions");
  }

  /** Everything that was admitted as observed on these days. */
  public static DataStream<AdmittedOutcome> outcomes(
      StreamExecutionEnvironment env, String folder, Days days) {
    return read(env, folder, new OutcomeRows(), days, "read-archived-outcomes");
  }

  private static <E> DataStream<E> read(
      StreamExecutionEnvironment env, String folder, RowFormat<E> format, Days days, String uid) {
    FileSource<E> files =
        FileSource.forBulkFileFormat(new ParquetRows<>(format), new Path(folder, format.dataset()))
            .setFileEnumerator(new DayFolders.Provider(days))
            .build();
    return env.fromSource(
            files,
            WatermarkStrategy.<E>noWatermarks().withTimestampAssigner(new EventTimeOf<>(format)),
            uid,
            format.type())
        .uid(uid);
  }

  private record EventTimeOf<E>(RowFormat<E> format) implements SerializableTimestampAssigner<E> {
    @Override
    public long extractTimestamp(E event, long none) {
      return format.atMillis(event);
    }
  }
}
