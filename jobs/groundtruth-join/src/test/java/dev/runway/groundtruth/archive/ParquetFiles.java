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
import org.apache.flink.connector.file.src.reader.StreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;

/** Writes and reads files of the archive as the job does, without a job. */
final class ParquetFiles {
  private ParquetFiles() {}

  /** Writes one file of events that share a part, in chunks of a few. */
  static <E> void write(RowFormat<E> format, List<E> events, Path file) throws IOException {
    ArchiveBundle<E> bundling = new ArchiveBundle<>(format);
    List<ArchiveChunk> chunks = new ArrayList<>();
    for (int from = 0; from < events.size(); from += 7) {
      ArchiveBundle.Growing rows = bundling.create(bundling.key(events.get(0)));
      events
          .subList(from, Math.min(from + 7, events.size()))
          .forEach(event -> bundling.add(rows, event));
      bundling.emit(bundling.key(events.get(0)), rows, new ListCollector<>(chunks));
    }
    try (FSDataOutputStream out =
        FileSystem.getLocalFileSystem().create(flink(file), FileSystem.WriteMode.NO_OVERWRITE)) {
      BulkWriter<ArchiveChunk> writer = new ParquetBatchWriter.Factory().create(out);
      for (int i = 0; i < chunks.size(); i++) {
        ArchiveChunk chunk = chunks.get(i);
        writer.addElement(
            new ArchiveChunk(chunk.part(), chunk.rows(), i == 0, i == chunks.size() - 1));
      }
      writer.finish();
    }
  }

  static <E> List<E> read(RowFormat<E> format, Path file) throws IOException {
    List<E> events = new ArrayList<>();
    try (FSDataInputStream in = FileSystem.getLocalFileSystem().open(flink(file));
        StreamFormat.Reader<E> rows =
            new ParquetRows<>(format)
                .createReader(new Configuration(), in, Files.size(file), Files.size(file))) {
      for (E event = rows.read(); event != null; event = rows.read()) {
        events.add(event);
      }
    }
    return events;
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
