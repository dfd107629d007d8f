package dev.runway.profile;

import dev.runway.drift.profile.Precision;
import dev.runway.profile.source.Column;
import dev.runway.profile.source.TrainingSet;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
      names = "--time",
      paramLabel = "COLUMN",
      description =
          "When each row was: ISO 8601 (UTC without an offset) or epoch milliseconds; no feature."
              + " With it the rows are gone through once more, and the baseline knows how much"
              + " more windows scatter than independent rows, seasons apart: its version is judged by"
              + " that until its own traffic of some days has told. Needs 20 pairs of windows in a row"
              + " and 20 at the same time of two days in a row, of 50 values each; a few weeks are"
              + " best.")
  private @Nullable String time;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      defaultValue = "PT1H",
      description =
          "Length of the windows whose scatter --time measures, that of the model's tier: users who"
              + " resemble themselves scatter the more the longer a window is. Default"
              + " ${DEFAULT-VALUE}.")
  private Duration window = Duration.ofHours(1);

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
    Set<String> all = new HashSet<>(ignored);
    if (time != null) {
      all.add(time);
    }
    return Set.copyOf(all);
  }

  /** Where it is among the columns; null where none was named. */
  @Nullable TimeColumn time(TrainingSet set, CommandLine command) throws IOException {
    if (time == null) {
      return null;
    }
    if (window.toMillis() < 1) {
      throw new ParameterException(command, "--window must be above 0");
    }
    List<Column> columns = set.columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(time)) {
        if (columns.get(i).leftOut() != null) {
          throw new IOException(
              "--time cannot read %s, which %s: give it as text or epoch milliseconds"
                  .formatted(time, columns.get(i).leftOut()));
        }
        return new TimeColumn(i, time, window.toMillis());
      }
    }
    throw new IOException("no column is called " + time);
  }
}
