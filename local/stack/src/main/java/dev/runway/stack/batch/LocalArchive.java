package dev.runway.stack.batch;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The folders of an archive on this machine: {@code predictions/day=D/model=M/part-*.parquet}. */
record LocalArchive(Path root) {
  private static final String DAY = "day=";
  private static final String MODEL = "model=";

  /** The epoch is a UUID; files of other names say other things. */
  private static final Pattern COVERAGE = Pattern.compile("[0-9a-f-]{36}_(-?\\d{1,18})\\.parquet");

  /** Days of which there are predictions. */
  SortedSet<LocalDate> days() throws IOException {
    SortedSet<LocalDate> days = new TreeSet<>();
    for (Path folder : children(root.resolve("predictions"), DAY)) {
      LocalDate day = LocalDate.parse(value(folder, DAY));
      if (!modelsOf(day).isEmpty()) {
        days.add(day);
      }
    }
    return days;
  }

  /**
   * Event time up to which some span of the archive is complete, by the names of its coverage
   * files; empty when it does not say.
   */
  Optional<Instant> coveredThrough() throws IOException {
    return children(root.resolve("coverage"), "").stream()
        .map(file -> COVERAGE.matcher(file.getFileName().toString()))
        .filter(Matcher::matches)
        .map(name -> Instant.ofEpochMilli(Long.parseLong(name.group(1), 10)))
        .max(Comparator.naturalOrder());
  }

  /**
   * Models that have predictions on some of these days.
   *
   * @param known ids among which they are sought
   */
  Set<String> models(BatchDays days, Set<String> known) throws IOException {
    Set<String> folders = new HashSet<>();
    for (LocalDate day : days.each().toList()) {
      folders.addAll(modelsOf(day));
    }
    return known.stream()
        .filter(id -> folders.stream().anyMatch(folder -> isOf(folder, id)))
        .collect(Collectors.toSet());
  }

  /** A long name is cut; what is behind the tilde tells it from others. */
  private static boolean isOf(String folder, String modelId) {
    String encoded = URLEncoder.encode(modelId, StandardCharsets.UTF_8).replace("*", "%2A");
    int cut = folder.indexOf('~');
    return cut < 0 ? encoded.equals(folder) : encoded.startsWith(folder.substring(0, cut));
  }

  private List<String> modelsOf(LocalDate day) throws IOException {
    SortedSet<String> models = new TreeSet<>();
    for (Path folder : children(root.resolve("predictions").resolve(DAY + day), MODEL)) {
      // What is being written has another ending.
      if (children(folder, "part-").stream().anyMatch(f -> f.toString().endsWith(".parquet"))) {
        models.add(value(folder, MODEL));
      }
    }
    return List.copyOf(models);
  }

  private static String value(Path folder, String prefix) {
    return folder.getFileName().toString().substring(prefix.length());
  }

  private static List<Path> children(Path folder, String prefix) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(c -> c.getFileName().toString().startsWith(prefix)).toList();
    }
  }
}
