package dev.runway.stack.erasure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the archive's tool says, read. */
final class ArchiveLines {
  private static final Pattern FOUND = Pattern.compile("([a-z]+): found ([0-9,]+)");
  private static final Pattern DELETED = Pattern.compile("([a-z]+): ([0-9,]+) rows deleted");
  private static final Pattern OWN =
      Pattern.compile("[0-9,]+ (predictions are known|files were).*");

  private final Map<String, Long> left = new LinkedHashMap<>();
  private final Map<String, Long> gone = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  ArchiveLines(List<String> lines) {
    for (String line : lines) {
      Matcher found = FOUND.matcher(line);
      Matcher deleted = DELETED.matcher(line);
      if (found.matches()) {
        left.put(found.group(1), number(found.group(2)));
      } else if (deleted.matches()) {
        gone.put(deleted.group(1), number(deleted.group(2)));
      } else if (!OWN.matcher(line).matches()) {
        notes.add("archive: " + line);
      }
    }
  }

  private static long number(String digits) {
    return Long.parseLong(digits.replace(",", ""));
  }

  List<Place> places() {
    List<Place> places = new ArrayList<>();
    left.forEach(
        (dataset, rows) -> {
          long deleted = gone.getOrDefault(dataset, 0L);
          places.add(new Place("archive/" + dataset, rows + deleted, deleted));
        });
    return places;
  }

  /** What stays for now, and what nobody can say. */
  List<String> notes() {
    return List.copyOf(notes);
  }
}
