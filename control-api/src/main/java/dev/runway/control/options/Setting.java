package dev.runway.control.options;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One setting of the API.
 *
 * @param name as in the file, such as {@code runway.control.port}
 * @param defaultText what holds when it is not given; null when nothing does
 * @param required whether it must be given
 * @param secret whether its value is never shown
 * @param parser makes a value; throws IllegalArgumentException with what would be accepted
 * @param description what it does, and the arithmetic of the default
 */
public record Setting<T>(
    String name,
    @Nullable String defaultText,
    boolean required,
    boolean secret,
    Function<String, T> parser,
    String description) {

  static Setting<String> text(String name, @Nullable String defaultText, String description) {
    return new Setting<>(name, defaultText, false, false, text -> text, description);
  }

  static Setting<Path> file(String name, String description) {
    return new Setting<>(name, null, false, false, Path::of, description);
  }

  static Setting<List<String>> list(String name, @Nullable String defaultText, String description) {
    return new Setting<>(
        name,
        defaultText,
        false,
        false,
        text ->
            Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList(),
        description);
  }

  static Setting<Boolean> flag(String name, String description) {
    return new Setting<>(name, "false", false, false, Setting::parseFlag, description);
  }

  static Setting<Integer> integer(
      String name, String defaultText, int least, int most, String description) {
    return new Setting<>(
        name, defaultText, false, false, text -> parseInteger(text, least, most), description);
  }

  static Setting<Duration> duration(
      String name, String defaultText, Duration least, Duration most, String description) {
    return new Setting<>(
        name, defaultText, false, false, text -> parseDuration(text, least, most), description);
  }

  /** The same, which must be given. */
  Setting<T> needed() {
    return new Setting<>(name, defaultText, true, secret, parser, description);
  }

  /** The same, never shown. */
  Setting<T> hidden() {
    return new Setting<>(name, defaultText, required, true, parser, description);
  }

  /** The same, with a check of its text. */
  Setting<T> checked(Function<T, @Nullable String> complaint) {
    return new Setting<>(
        name,
        defaultText,
        required,
        secret,
        text -> {
          T value = parser.apply(text);
          String wrong = complaint.apply(value);
          if (wrong != null) {
            throw new IllegalArgumentException(wrong);
          }
          return value;
        },
        description);
  }

  /** Its name in the environment: {@code RUNWAY_CONTROL_PORT}. */
  public String environmentName() {
    return name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private static Boolean parseFlag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }

  private static Integer parseInteger(String text, int least, int most) {
    String wrong = "must be a whole number from %d to %d".formatted(least, most);
    int value;
    try {
      value = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(wrong, e);
    }
    if (value < least || value > most) {
      throw new IllegalArgumentException(wrong);
    }
    return value;
  }

  private static Duration parseDuration(String text, Duration least, Duration most) {
    String wrong =
        "must be an ISO 8601 duration such as PT5S, from %s to %s".formatted(least, most);
    Duration value;
    try {
      value = Duration.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(wrong, e);
    }
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(wrong);
    }
    return value;
  }
}
