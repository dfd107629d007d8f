package dev.runway.profile;

import dev.runway.profile.source.CsvSet;
import dev.runway.profile.source.JsonLinesSet;
import dev.runway.profile.source.ParquetSet;
import dev.runway.profile.source.TableSet;
import dev.runway.profile.source.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Where the training data is. */
final class InputOptions extends DatabaseOptions {
  /** How a file is read. */
  enum Format {
    CSV,
    JSONL,
    PARQUET
  }

  /** Enums are in capitals, options are not. */
  static final class FormatName implements ITypeConverter<Format> {
    @Override
    public Format convert(String value) {
      for (Format format : Format.values()) {
        if (format.name().equalsIgnoreCase(value)) {
          return format;
        }
      }
      throw new TypeConversionException("must be csv, jsonl or parquet, not " + value);
    }
  }

  @Option(names = "--input", paramLabel = "FILE", description = "CSV, JSON lines or Parquet.")
  private @Nullable Path file;

  @Option(
      names = "--format",
      converter = FormatName.class,
      paramLabel = "csv|jsonl|parquet",
      description = "Default: by the file's name. The first two may be packed with gzip.")
  private @Nullable Format format;

  @Option(
      names = "--separator",
      paramLabel = "CHARACTER",
      description = "Between the fields of CSV; default: a comma. TAB for a tabulator.")
  private String separator = ",";

  @Option(
      names = "--missing",
      split = ",",
      paramLabel = "WORD",
      description = "Words that stand for no value in CSV, such as NA. An empty field does anyway.")
  private List<String> missing = List.of();

  @Option(names = "--table", paramLabel = "TABLE", description = "name or schema.name")
  private @Nullable String table;

  @Option(names = "--query", paramLabel = "SQL", description = "In place of --table.")
  private @Nullable String query;

  TrainingSet open(CommandLine command) throws IOException {
    String url = jdbc();
    Path input = file;
    if ((input == null) == (url == null)) {
      throw new ParameterException(command, "name one of --input FILE and --jdbc URL");
    }
    return input != null ? openFile(input, command) : openTable(String.valueOf(url), command);
  }

  private TrainingSet openFile(Path input, CommandLine command) throws IOException {
    if (Files.notExists(input)) {
      throw new NoSuchFileException(input.toString());
    }
    if (!Files.isRegularFile(input)) {
      throw new IOException(input + " is no regular file: it is read more than once");
    }
    return switch (format == null ? byName(input, command) : format) {
      case CSV -> CsvSet.of(input, separator(command), Set.copyOf(missing));
      case JSONL -> JsonLinesSet.of(input);
      case PARQUET -> ParquetSet.of(input);
    };
  }

  private char separator(CommandLine command) {
    if (separator.equals("TAB")) {
      return '\t';
    }
    if (separator.length() != 1) {
      throw new ParameterException(command, "--separator must be one character, or TAB");
    }
    return separator.charAt(0);
  }

  private static Format byName(Path input, CommandLine command) {
    String name = String.valueOf(input.getFileName()).toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    int dot = plain.lastIndexOf('.');
    return switch (dot < 0 ? "" : plain.substring(dot + 1)) {
      case "csv", "tsv" -> Format.CSV;
      case "jsonl", "ndjson" -> Format.JSONL;
      case "parquet" -> Format.PARQUET;
      default ->
          throw new ParameterException(
              command, "the name of " + input + " does not tell its format: say --format");
    };
  }

  private TrainingSet openTable(String url, CommandLine command) throws IOException {
    String ofTable = table;
    String ofQuery = query;
    if ((ofTable == null) == (ofQuery == null)) {
      throw new ParameterException(command, "--jdbc needs one of --table and --query");
    }
    String sql = ofTable != null ? TableSet.all(ofTable) : String.valueOf(ofQuery);
    return TableSet.open(url, user(), password(), sql);
  }
}
