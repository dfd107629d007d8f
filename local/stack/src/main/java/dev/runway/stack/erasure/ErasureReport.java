package dev.runway.stack.erasure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is said of a subject in the end, place by place.
 *
 * @param places that were searched
 * @param notes what a search could not say, in words
 * @param waiting places of which nothing single can be deleted
 * @param state folders of savepoints and old checkpoints
 */
record ErasureReport(
    List<Place> places, List<String> notes, List<Waiting> waiting, List<Path> state) {

  /** Whether nothing is left in any place that can be searched. */
  boolean isGone() {
    return places.stream().allMatch(place -> place.left() == 0);
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Place place : places) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-34s found %,d%s",
              place.name(),
              place.left(),
              place.gone() == 0 ? "" : String.format(Locale.ROOT, " (%,d deleted)", place.gone())));
    }
    for (Waiting place : waiting) {
      lines.add(
          String.format(
              Locale.ROOT, "%-34s gone on %s: %s", place.place(), place.until(), place.why()));
    }
    for (Path folder : state) {
      lines.add("old state until you delete it      " + folder);
    }
    lines.addAll(notes);
    return lines;
  }
}
