package dev.runway.groundtruth.archive;

import dev.runway.groundtruth.RandomEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileSystem;

/** An archive of a few random rows, and what is in it. */
final class SmallArchive {
  /** Whatever a test writes is old by it. */
  static final Instant NOW = Instant.parse("2100-01-10T12:00:00Z");

  static final LocalDate TODAY = LocalDate.parse("2100-01-10");

  private static final int ROWS = 3;

  private final Path root;
  private final RandomEvents random;

  SmallArchive(Path root, int seed) {
    this.root = root;
    random = new RandomEvents(new Random(seed));
  }

  /** The folder of a dataset, day and model. */
  Path folder(String dataset, LocalDate day, String model) {
    return root.resolve(new ArchivePart(dataset, day.toEpochDay(), model).folder());
  }

  /** Files of every dataset, of a few rows each. */
  void add(LocalDate day, String model, int files) throws IOException {
    for (String dataset : ArchiveFiles.DATASETS) {
      for (int i = 0; i < files; i++) {
        add(dataset, day, model, "part-" + i + "-0.parquet");
      }
    }
  }

  /** A file of one dataset. */
  Path add(String dataset, LocalDate day, String model, String name) throws IOException {
    Path file = folder(dataset, day, model).resolve(name);
    Files.createDirectories(file.getParent());
    switch (dataset) {
      case PredictionRows.DATASET ->
          ParquetFiles.write(new PredictionRows(), some(random::prediction), file);
      case OutcomeRows.DATASET ->
          ParquetFiles.write(new OutcomeRows(), some(random::outcome), file);
      default -> ParquetFiles.write(new TruthRows(), some(random::truth), file);
    }
    return file;
  }

  /** The same files in another folder. */
  SmallArchive copy(Path to) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(root.relativize(path).toString()));
      }
    }
    return new SmallArchive(to, 0);
  }

  private static <E> List<E> some(Supplier<E> events) {
    return Stream.generate(events).limit(ROWS).toList();
  }

  /** Every row of a dataset, how often it is there. */
  Map<Object, Integer> rows(String dataset) throws IOException {
    Map<Object, Integer> rows = new HashMap<>();
    for (Object row : ParquetFiles.readAll(RowFormat.of(dataset), root)) {
      rows.merge(row, 1, Integer::sum);
    }
    return rows;
  }

  /** Every row of all datasets, how often it is there. */
  Map<Object, Integer> rows() throws IOException {
    Map<Object, Integer> rows = new HashMap<>();
    for (String dataset : ArchiveFiles.DATASETS) {
      rows.putAll(rows(dataset));
    }
    return rows;
  }

  /** All files and folders below the datasets, with what is in them. */
  Map<String, String> content() throws IOException {
    Map<String, String> content = new TreeMap<>();
    for (String dataset : ArchiveFiles.DATASETS) {
      if (Files.exists(root.resolve(dataset))) {
        try (Stream<Path> all = Files.walk(root.resolve(dataset))) {
          for (Path path : all.toList()) {
            content.put(
                root.relativize(path).toString(),
                Files.isDirectory(path)
                    ? ""
                    : new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
          }
        }
      }
    }
    return content;
  }

  /** Makes a file as if it had been written at a time. */
  static void write(Path file, Instant at) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(at));
  }

  /** What the tool says of it, and its exit code last. */
  List<String> run(FileSystem files, String... arguments) throws IOException {
    return run(files, () -> NOW, arguments);
  }

  /** The same by another clock. */
  List<String> run(FileSystem files, InstantSource clock, String... arguments) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(1, List.of("--folder", root.toUri().toString()));
    int exit;
    try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      exit = new ArchiveMain(clock, out).run(all.toArray(new String[0]), files);
    }
    List<String> lines = new ArrayList<>(said.toString(StandardCharsets.UTF_8).lines().toList());
    lines.add(Integer.toString(exit));
    return lines;
  }

  List<String> run(String... arguments) throws IOException {
    return run(FileSystem.getLocalFileSystem(), arguments);
  }
}
