package dev.runway.profile;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.FeatureNames;
import dev.runway.profile.source.Column;
import dev.runway.profile.source.TrainingSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which columns become features, and of what kind.
 *
 * @param notes about columns that do not, for a person
 */
record FeaturePlan(List<Feature> features, List<String> notes) {

  FeaturePlan {
    features = List.copyOf(features);
    notes = List.copyOf(notes);
  }

  /**
   * Makes a plan.
   *
   * @param categories columns that are categorical whatever they hold
   * @param ignored columns that are no features, such as ids and the truth
   * @throws IOException if a column is named that is not there, or none is left
   */
  static FeaturePlan of(
      TrainingSet set, Answers answers, Set<String> categories, Set<String> ignored)
      throws IOException {
    List<Column> columns = set.columns();
    requireKnown(columns, answers, categories, ignored);
    boolean typed = columns.stream().noneMatch(FeaturePlan::asksItsValues);
    KindFinder finder = typed ? null : KindFinder.look(set);
    List<Feature> features = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (ignored.contains(column.name())) {
        continue;
      }
      if (column.leftOut() != null) {
        notes.add("left out: " + column.name() + " " + column.leftOut());
        continue;
      }
      FeatureKind found = column.kind();
      if (found == null) {
        found = finder == null ? FeatureKind.NUMERIC : finder.kind(i);
      }
      features.add(feature(i, column.name(), found, answers, categories));
    }
    requireSane(features);
    return new FeaturePlan(features, notes);
  }

  private static boolean asksItsValues(Column column) {
    return column.kind() == null && column.leftOut() == null;
  }

  private static Feature feature(
      int column, String columnName, FeatureKind found, Answers answers, Set<String> categories) {
    String name = answers.featureOf(columnName);
    FeatureKind kind = found;
    if (name.equals(Answers.SCORE) || name.equals(Answers.VALUE)) {
      kind = FeatureKind.NUMERIC;
    } else if (name.equals(Answers.LABEL) || categories.contains(columnName)) {
      kind = FeatureKind.CATEGORICAL;
    }
    return new Feature(column, columnName, name, kind, found);
  }

  private static void requireKnown(
      List<Column> columns, Answers answers, Set<String> categories, Set<String> ignored)
      throws IOException {
    Set<String> names = columns.stream().map(Column::name).collect(Collectors.toSet());
    Set<String> asked = new LinkedHashSet<>(categories);
    asked.addAll(ignored);
    for (String answer : new String[] {answers.score(), answers.label(), answers.value()}) {
      if (answer != null) {
        asked.add(answer);
      }
    }
    asked.removeAll(names);
    if (!asked.isEmpty()) {
      throw new IOException(
          "no column is called %s; there are %s"
              .formatted(String.join(", ", asked), shown(columns)));
    }
  }

  /** Names come from files: no control characters for the terminal, and no end of them. */
  private static String shown(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 80 ? clean.substring(0, 80) + "..." : clean;
  }

  private static String shown(List<Column> columns) {
    String first = columns.stream().limit(30).map(Column::name).collect(Collectors.joining(", "));
    return columns.size() > 30 ? first + " and " + (columns.size() - 30) + " more" : first;
  }

  private static void requireSane(List<Feature> features) throws IOException {
    if (features.isEmpty()) {
      throw new IOException("no column is left to be a feature");
    }
    if (features.size() > BaselineProfile.MAX_FEATURES) {
      throw new IOException(
          "%,d columns, at most %,d features: leave some out with --ignore"
              .formatted(features.size(), BaselineProfile.MAX_FEATURES));
    }
    Set<String> names = new HashSet<>();
    for (Feature feature : features) {
      String name = feature.name();
      String problem = name.isBlank() ? "is blank" : FeatureNames.problem(name);
      if (problem != null) {
        throw new IOException(
            "column %d is called '%s', which no feature may be, for it %s: rename it, or leave it out"
                .formatted(feature.column() + 1, shown(name), problem));
      }
      if (!names.add(name)) {
        throw new IOException("two columns are called " + name);
      }
    }
  }

  /** The features as the profile wants them. */
  List<BaselineProfile.Declared> declared() {
    return features.stream().map(Feature::declared).toList();
  }
}
