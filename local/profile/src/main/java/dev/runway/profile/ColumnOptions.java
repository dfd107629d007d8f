package dev.runway.profile;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the columns of the training data are. */
final class ColumnOptions {
  @Option(
      names = "--score",
      paramLabel = "COLUMN",
      description = "The model's scores, 0 to 1; becomes the feature $score.")
  private @Nullable String score;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "The labels that the model gave, not the truth; becomes $label.")
  private @Nullable String label;

  @Option(
      names = "--value",
      paramLabel = "COLUMN",
      description = "The numbers that a regression gave; becomes $value.")
  private @Nullable String value;

  @Option(
      names = "--category",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns that are categories although they look like numbers.")
  private List<String> categories = List.of();

  @Option(
      names = "--ignore",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns that are no features: ids, times, the truth.")
  private List<String> ignored = List.of();

  Answers answers() {
    return new Answers(score, label, value);
  }

  Set<String> categories() {
    return Set.copyOf(categories);
  }

  Set<String> ignored() {
    return Set.copyOf(ignored);
  }
}
