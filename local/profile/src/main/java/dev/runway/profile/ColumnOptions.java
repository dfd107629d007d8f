package dev.runway.profile;

import dev.runway.drift.profile.Precision;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

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

  @Option(
      names = "--precision",
      converter = PrecisionName.class,
      paramLabel = "float|double",
      description =
          "What numbers are rounded to before they are counted, here and in live traffic. Default:"
              + " float, so that 0.1 is the same value whether a producer sends it as a float or a"
              + " double. double tells more numbers apart, and then all must be sent as doubles.")
  private Precision precision = Precision.FLOAT;

  /** Enums are in capitals, options are not. */
  static final class PrecisionName implements ITypeConverter<Precision> {
    @Override
    public Precision convert(String value) {
      return switch (value) {
        case "float" -> Precision.FLOAT;
        case "double" -> Precision.DOUBLE;
        default -> throw new TypeConversionException("must be float or double, not " + value);
      };
    }
  }

  Precision precision() {
    return precision;
  }

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
