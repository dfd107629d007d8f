package dev.runway.flink;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one run: from {@code --name value} arguments and, below them, a properties file
 * given with {@code --config FILE}. All problems are reported at once, each with its remedy.
 */
public final class Options {
  private static final String CONFIG = "config";

  private final Map<String, Object> values;

  private Options(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Reads the settings.
   *
   * @param declaredIn classes whose static {@link Option} fields are known; a later class may
   *     declare a name again to give it another default
   * @throws IllegalArgumentException naming every unknown, malformed or missing option
   */
  public static Options from(String[] args, Class<?>... declaredIn) {
    OptionCatalogue catalogue = OptionCatalogue.of(declaredIn);
    List<String> problems = new ArrayList<>();
    Map<String, String> given = new LinkedHashMap<>();
    Map<String, String> arguments = arguments(args, problems);
    String config = arguments.remove(CONFIG);
    if (config != null) {
      given.putAll(file(Path.of(config)));
    }
    given.putAll(arguments);
    Map<String, Object> values = catalogue.parse(given, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
    }
    return new Options(values);
  }

  /** The value of an option that is required or has a default. */
  public <T> T get(Option<T> option) {
    T value = find(option);
    if (value == null) {
      throw new IllegalStateException(
          option.name() + " has neither a value nor a default, or was not declared to from()");
    }
    return value;
  }

  /** The value of an option, or null. */
  @SuppressWarnings("unchecked") // The option itself parsed its value.
  public <T> @Nullable T find(Option<T> option) {
    return (T) values.get(option.name());
  }

  /** Every option the classes declare, by name. */
  public static List<Option<?>> declaredIn(Class<?>... classes) {
    return List.copyOf(OptionCatalogue.of(classes).all());
  }

  /** A Markdown table of all options: name, type, default and description. */
  public static String describe(Class<?>... declaredIn) {
    return OptionCatalogue.of(declaredIn).describe();
  }

  private static Map<String, String> arguments(String[] args, List<String> problems) {
    Map<String, String> given = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      int equals = arg.indexOf('=');
      if (!arg.startsWith("--")) {
        problems.add(arg + " is no option: options look like --name value");
      } else if (equals > 0) {
        given.put(arg.substring(2, equals), arg.substring(equals + 1));
      } else if (i + 1 == args.length || args[i + 1].startsWith("--")) {
        problems.add(arg + " has no value: options look like --name value");
      } else {
        given.put(arg.substring(2), args[++i]);
      }
    }
    return given;
  }

  private static Map<String, String> file(Path path) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("--config " + path + " cannot be read: " + e.getMessage(), e);
    }
    Map<String, String> given = new LinkedHashMap<>();
    properties.forEach((name, value) -> given.put((String) name, (String) value));
    return given;
  }
}
