package dev.runway.control.options;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one run: from one properties file and, above it, from the environment. Nothing
 * comes from arguments, which every user of a machine can read. All problems are told at once.
 */
public final class Settings {
  private static final String HIDDEN = "********";

  private final List<Setting<?>> known;
  private final Map<String, Given> given;
  private final Map<String, Object> values = new HashMap<>();

  /** A text and where it comes from. */
  private record Given(String text, String from) {}

  private Settings(List<Setting<?>> known, Map<String, Given> given) {
    this.known = known;
    this.given = given;
  }

  /**
   * Reads the settings.
   *
   * @param file null for none
   * @param environment names as {@link Setting#environmentName}; others are not looked at
   * @throws IllegalArgumentException naming every unknown, malformed or missing setting
   */
  public static Settings load(
      List<Setting<?>> known, @Nullable Path file, Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    Map<String, Given> given = new HashMap<>();
    if (file != null) {
      fromFile(file).forEach((name, text) -> given.put(name, new Given(text, "file")));
    }
    Set<String> names = known.stream().map(Setting::name).collect(Collectors.toSet());
    for (String name : new TreeSet<>(given.keySet())) {
      if (!names.contains(name)) {
        problems.add(name + " is no setting of the control API");
      }
    }
    for (Setting<?> setting : known) {
      String text = environment.get(setting.environmentName());
      if (text != null) {
        given.put(setting.name(), new Given(text, "environment"));
      }
    }
    Settings settings = new Settings(known, given);
    settings.parse(problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
    }
    return settings;
  }

  private static Map<String, String> fromFile(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    }
    Map<String, String> texts = new HashMap<>();
    properties.forEach((name, text) -> texts.put((String) name, ((String) text).strip()));
    return texts;
  }

  private void parse(List<String> problems) {
    for (Setting<?> setting : known) {
      Given one = given.get(setting.name());
      String text = one == null ? setting.defaultText() : one.text();
      if (text == null) {
        if (setting.required()) {
          problems.add(
              "%s (%s) is missing: %s"
                  .formatted(setting.name(), setting.environmentName(), setting.description()));
        }
        continue;
      }
      try {
        values.put(setting.name(), setting.parser().apply(text));
      } catch (IllegalArgumentException e) {
        // An address with a password in it is refused, and shows it nowhere either.
        boolean telling = text.toLowerCase(Locale.ROOT).contains("password");
        String shown = setting.secret() || telling ? HIDDEN : text;
        problems.add("%s (%s) %s".formatted(setting.name(), shown, e.getMessage()));
      }
    }
  }

  /** The value of a setting that is required or has a default. */
  public <T> T get(Setting<T> setting) {
    T value = find(setting);
    if (value == null) {
      throw new IllegalStateException(setting.name() + " has neither a value nor a default");
    }
    return value;
  }

  /** The value of a setting, or null. */
  @SuppressWarnings("unchecked") // The setting itself parsed its value.
  public <T> @Nullable T find(Setting<T> setting) {
    return (T) values.get(setting.name());
  }

  /** What holds, one line a setting, with where it comes from; secrets are masked. */
  public List<String> effective() {
    List<String> lines = new ArrayList<>();
    for (Setting<?> setting : known) {
      Given one = given.get(setting.name());
      String text = one == null ? setting.defaultText() : one.text();
      String shown = text == null ? "(none)" : setting.secret() ? HIDDEN : text;
      lines.add(
          "%s = %s (%s)".formatted(setting.name(), shown, one == null ? "default" : one.from()));
    }
    return lines;
  }

  /** A Markdown table of settings. */
  public static String describe(List<Setting<?>> known) {
    StringBuilder table =
        new StringBuilder("| setting | environment | default | description |\n|---|---|---|---|\n");
    for (Setting<?> setting : known) {
      String text = setting.defaultText();
      table.append(
          "| `%s` | `%s` | %s | %s |%n"
              .formatted(
                  setting.name(),
                  setting.environmentName(),
                  setting.required() ? "required" : text == null ? "none" : "`" + text + "`",
                  setting.description()));
    }
    return table.toString();
  }
}
