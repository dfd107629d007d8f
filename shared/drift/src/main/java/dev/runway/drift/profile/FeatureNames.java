package dev.runway.drift.profile;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Which names a feature may have: those that events and readings can carry. */
public final class FeatureNames {
  /** Stands for the model as a whole among the features of readings. */
  public static final String WHOLE = "*";

  /** Characters of a name. */
  public static final int MAX_LENGTH = 256;

  private FeatureNames() {}

  /** Why no feature may have a name; null where it may. */
  public static @Nullable String problem(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      return "must have 1 to " + MAX_LENGTH + " characters";
    }
    if (name.equals(WHOLE)) {
      return "would be taken for the model as a whole";
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      return "has a control character, such as a tabulator or the end of a line";
    }
    return StandardCharsets.UTF_8.newEncoder().canEncode(name)
        ? null
        : "has half of a surrogate pair";
  }
}
