package dev.runway.flink;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The options a job knows, found in the static fields of the classes that declare them. */
final class OptionCatalogue {
  private final Map<String, Option<?>> byName;

  private OptionCatalogue(Map<String, Option<?>> byName) {
    this.byName = byName;
  }

  static OptionCatalogue of(Class<?>... declaredIn) {
    Map<String, Option<?>> byName = new TreeMap<>();
    for (Class<?> declaring : declaredIn) {
      for (Field field : declaring.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && field.getType() == Option.class) {
          Option<?> option = read(field);
          byName.put(option.name(), option);
        }
      }
    }
    return new OptionCatalogue(byName);
  }

  private static Option<?> read(Field field) {
    try {
      field.setAccessible(true);
      return (Option<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("reading " + field, e);
    }
  }

  Collection<Option<?>> all() {
    return byName.values();
  }

  /** Values by name, defaults filled in; what is wrong is added to the problems. */
  Map<String, Object> parse(Map<String, String> given, List<String> problems) {
    for (String name : given.keySet()) {
      if (!byName.containsKey(name)) {
        problems.add("there is no option --" + name + ": did you mean --" + closest(name) + "?");
      }
    }
    Map<String, Object> values = new HashMap<>();
    for (Option<?> option : byName.values()) {
      String text = given.get(option.name());
      Object fallback = option.defaultValue();
      if (text != null) {
        try {
          values.put(option.name(), option.parse(text));
        } catch (IllegalArgumentException e) {
          problems.add(String.valueOf(e.getMessage()));
        }
      } else if (fallback != null) {
        values.put(option.name(), fallback);
      } else if (option.isRequired()) {
        problems.add("--" + option.name() + " is missing: " + option.description());
      }
    }
    return values;
  }

  String describe() {
    StringBuilder table = new StringBuilder("| option | type | default | what it does |\n");
    table.append("| --- | --- | --- | --- |\n");
    for (Option<?> option : byName.values()) {
      Object fallback = option.defaultValue();
      String shown = fallback == null ? (option.isRequired() ? "required" : "none") : "`%s`";
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  option.name(),
                  option.type(),
                  shown.formatted(fallback),
                  option.description().replace("|", "\\|")));
    }
    return table.toString();
  }

  private String closest(String name) {
    String best = "config";
    int least = distance(name, best);
    for (String known : byName.keySet()) {
      int distance = distance(name, known);
      if (distance < least) {
        least = distance;
        best = known;
      }
    }
    return best;
  }

  /** Levenshtein distance: single characters to insert, delete or replace. */
  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
