package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.schema.Type;

/**
 * A file with the rows of one or several files of before, or with those of them that stay. Its
 * footer names them, so whoever finds one of them beside it knows that a deletion was cut short,
 * and that those rows are there twice.
 *
 * <p>A name is never used again: the job makes a new id for each folder at each start. So what a
 * footer names is what was merged, whenever it is found.
 */
final class MergedFile {
  private static final String PREFIX = "part-merged-";
  private static final String REPLACES = "runway.replaces";

  private MergedFile() {}

  /**
   * What a file says of itself.
   *
   * @param rows how many it has
   * @param columns their names
   * @param replaces names of the files whose rows it has; none of a file of the job
   */
  record Footer(long rows, Set<String> columns, List<String> replaces) {}

  static String newName() {
    return PREFIX + UUID.randomUUID() + ".parquet";
  }

  /** Such a file is never the job's, so no savepoint has it to finish. */
  static boolean isOne(FileStatus file) {
    return file.getPath().getName().startsWith(PREFIX);
  }

  /** Whether it was being made. */
  static boolean wasToBeOne(FileStatus hidden) {
    return hidden.getPath().getName().startsWith("." + PREFIX);
  }

  /** What its footer is to say. */
  static Map<String, String> replacing(List<FileStatus> merged) {
    return Map.of(
        REPLACES,
        merged.stream().map(file -> file.getPath().getName()).collect(Collectors.joining("/")));
  }

  /**
   * Reads a file's footer.
   *
   * @throws IOException naming the file, if it is no whole Parquet file
   */
  static Footer footer(FileSystem files, FileStatus file) throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new ZstdPages())
            .build();
    try (FSDataInputStream in = files.open(file.getPath());
        ParquetFileReader reader =
            ParquetFileReader.open(ParquetRows.file(in, file.getLen()), options)) {
      FileMetaData about = reader.getFileMetaData();
      String replaces = about.getKeyValueMetaData().get(REPLACES);
      return new Footer(
          reader.getRecordCount(),
          about.getSchema().getFields().stream().map(Type::getName).collect(Collectors.toSet()),
          replaces == null ? List.of() : List.of(replaces.split("/", -1)));
    } catch (IOException | RuntimeException e) {
      throw new IOException("cannot read the footer of " + file.getPath(), e);
    }
  }
}
