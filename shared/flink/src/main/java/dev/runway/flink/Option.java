package dev.runway.flink;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A setting of a job, for example {@code runway.groundtruth.label-wait}. Secrets are never values:
 * an option names a file that holds the secret.
 */
public final class Option<T> {
  private final String name;
  private final Kind<T> kind;
  private final @Nullable T defaultValue;
  private final boolean required;
  private final String description;
  private final @Nullable Rule<T> rule;

  private Option(
      String name,
      Kind<T> kind,
      @Nullable T defaultValue,
      boolean required,
      String description,
      @Nullable Rule<T> rule) {
    this.name = name;
    this.kind = kind;
    this.defaultValue = defaultValue;
    this.required = required;
    this.description = description;
    this.rule = rule;
    if (defaultValue != null) {
      check(defaultValue);
    }
  }

  /** How values look. */
  private record Kind<T>(String label, String example, Function<String, T> parser) {}

  private record Rule<T>(Predicate<T> holds, String remedy) {}

  public static Option<String> text(String name) {
    return of(name, new Kind<>("text", "a text", text -> text));
  }

  public static Option<Integer> integer(String name) {
    return of(name, new Kind<>("integer", "a whole number such as 4", Integer::valueOf));
  }

  public static Option<Double> number(String name) {
    return of(name, new Kind<>("number", "a number such as 0.5", Double::valueOf));
  }

  public static Option<Duration> duration(String name) {
    return of(name, new Kind<>("duration", "ISO 8601 such as PT5M or P7D", Duration::parse));
  }

  public static Option<Instant> instant(String name) {
    return of(name, new Kind<>("instant", "ISO 8601 such as 1980-01-01T00:00:00Z", Instant::parse));
  }

  /** A day, in UTC. */
  public static Option<LocalDate> day(String name) {
    return of(name, new Kind<>("day", "ISO 8601 such as 2026-11-25", LocalDate::parse));
  }

  /** One of the constants of an enum, given in lower case. */
  public static <E extends Enum<E>> Option<E> choice(String name, Class<E> choices) {
    String all =
        Arrays.stream(choices.getEnumConstants())
            .map(choice -> choice.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(" or "));
    return of(
        name,
        new Kind<>("choice", all, text -> Enum.valueOf(choices, text.toUpperCase(Locale.ROOT))));
  }

  public static Option<Path> file(String name) {
    return of(name, new Kind<>("file", "a path", Path::of));
  }

  private static <T> Option<T> of(String name, Kind<T> kind) {
    return new Option<>(name, kind, null, false, "", null);
  }

  /** What it does, with the arithmetic behind the default; ends with a full stop. */
  public Option<T> describedAs(String text) {
    return new Option<>(name, kind, defaultValue, required, text, rule);
  }

  public Option<T> withDefault(T value) {
    return new Option<>(name, kind, value, false, description, rule);
  }

  /** There is no sensible default: a job does not start without it. */
  public Option<T> required() {
    return new Option<>(name, kind, null, true, description, rule);
  }

  /**
   * Limits the values.
   *
   * @param remedy continues "name (value) ", for example "must be above 0: ..."
   */
  public Option<T> checked(Predicate<T> holds, String remedy) {
    return new Option<>(name, kind, defaultValue, required, description, new Rule<>(holds, remedy));
  }

  public String name() {
    return name;
  }

  /**
   * One word for the kind of value: text, integer, number, duration, instant, day, choice or file.
   */
  public String type() {
    return kind.label();
  }

  public @Nullable T defaultValue() {
    return defaultValue;
  }

  public boolean isRequired() {
    return required;
  }

  public String description() {
    return description;
  }

  /**
   * Makes a value of text.
   *
   * @throws IllegalArgumentException with the remedy
   */
  T parse(String text) {
    T value;
    try {
      value = kind.parser().apply(text.strip());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalArgumentException(
          "%s (%s) is no %s: give %s".formatted(name, text, kind.label(), kind.example()), e);
    }
    check(value);
    return value;
  }

  /** Refuses values outside the rule; a default outside it fails when the option is declared. */
  private void check(T value) {
    if (rule != null && !rule.holds().test(value)) {
      throw new IllegalArgumentException("%s (%s) %s".formatted(name, value, rule.remedy()));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
