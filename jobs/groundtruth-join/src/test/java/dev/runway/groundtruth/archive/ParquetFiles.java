package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.jspecify.annotations.Nullable;

/** Writes and reads files of the archive as the job does, without a job. */
final class ParquetFiles {
  private ParquetFiles() {}

  /** Writes one file of events that share a part, in chunks of a few. */
  static <E> void write(RowFormat<E> format, List<E> events, Path file) throws IOException {
    List<ArchiveChunk> chunks = chunks(format, events, 7);
    List<ArchiveChunk> batch = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      ArchiveChunk chunk = chunks.get(i);
      batch.add(new ArchiveChunk(chunk.part(), chunk.rows(), i == 0, i == chunks.size() - 1));
    }
    write(batch, file);
  }

  /** Events that share a part, as they are bundled. */
  static <E> List<ArchiveChunk> chunks(RowFormat<E> format, List<E> events, int size) {
    ArchiveBundle<E> bundling = new ArchiveBundle<>(format);
    List<ArchiveChunk> chunks = new ArrayList<>();
    for (int from = 0; from < events.size(); from += size) {
      ArchiveBundle.Growing rows = bundling.create(bundling.key(events.get(0)));
      events
          .subList(from, Math.min(from + size, events.size()))
          .forEach(event -> bundling.add(rows, event));
      bundling.emit(bundling.key(events.get(0)), rows, new ListCollector<>(chunks));
    }
    return chunks;
  }

  /** Writes the chunks of one batch. */
  static void write(List<ArchiveChunk> batch, Path file) throws IOException {
    try (FSDataOutputStream out = create(file)) {
      BulkWriter<ArchiveChunk> writer = new ParquetBatchWriter.Factory().create(out);
      for (ArchiveChunk chunk : batch) {
        writer.addElement(chunk);
      }
      writer.finish();
    }
  }

  static FSDataOutputStream create(Path file) throws IOException {
    return FileSystem.getLocalFileSystem().create(flink(file), FileSystem.WriteMode.NO_OVERWRITE);
  }

  static <E> List<E> read(RowFormat<E> format, Path file) throws IOException {
    List<E> events = new ArrayList<>();
    batches(format, file).forEach(events::addAll);
    return events;
  }

  /** What is made into events at once. */
  static <E> List<List<E>> batches(RowFormat<E> format, Path file) throws IOException {
    try (BulkFormat.Reader<E> rows =
        new ParquetRows<>(format).createReader(new Configuration(), split(file, null))) {
      return batches(rows);
    }
  }

  /** What is left of a file after some rows. */
  static <E> List<E> readBehind(RowFormat<E> format, Path file, long rows) throws IOException {
    CheckpointedPosition position = new CheckpointedPosition(CheckpointedPosition.NO_OFFSET, rows);
    try (BulkFormat.Reader<E> rest =
        new ParquetRows<>(format).restoreReader(new Configuration(), split(file, position))) {
      return batches(rest).stream().flatMap(List::stream).toList();
    }
  }

  private static <E> List<List<E>> batches(BulkFormat.Reader<E> rows) throws IOException {
    List<List<E>> batches = new ArrayList<>();
    for (var batch = rows.readBatch(); batch != null; batch = rows.readBatch()) {
      List<E> events = new ArrayList<>();
      for (var event = batch.next(); event != null; event = batch.next()) {
        events.add(event.getRecord());
      }
      batches.add(events);
    }
    return batches;
  }

  private static FileSourceSplit split(Path file, @Nullable CheckpointedPosition position)
      throws IOException {
    long size = Files.size(file);
    return new FileSourceSplit("0", flink(file), 0, size, 0, size, new String[0], position);
  }

  /** Everything in the finished files of a dataset. */
  static <E> List<E> readAll(RowFormat<E> format, Path archive) throws IOException {
    List<E> events = new ArrayList<>();
    for (Path file : finished(archive.resolve(format.dataset()))) {
      events.addAll(read(format, file));
    }
    return events;
  }

  /** Finished files below a folder, sorted; none when it is not there. */
  static List<Path> finished(Path folder) {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("part-.*\\.parquet"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static org.apache.flink.core.fs.Path flink(Path file) {
    return new org.apache.flink.core.fs.Path(file.toUri());
  }
}
