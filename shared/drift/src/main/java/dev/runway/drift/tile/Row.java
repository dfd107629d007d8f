package dev.runway.drift.tile;

import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.Values;
import java.util.Arrays;

/**
 * The values of one event in the profile's order; made once and used again. What is not set is
 * missing, and what is set twice counts once: the last value holds.
 *
 * <p>A slot holds the number, or the code of the word. Words outside of the vocabulary and values
 * of another type stand apart. Costs no allocation in steady state, but for numbers that are words.
 */
public final class Row implements Values {

  final TileLayout layout;
  final double[] slots;

  /** Features whose word is outside of the vocabulary, with it. */
  private final int[] strangers;

  private final String[] strangerWords;
  private int strangerCount;

  private final int[] mistyped;
  private int mistypedCount;

  /** Whether a feature is among the strangers or the mistyped. */
  private final boolean[] apart;

  Row(TileLayout layout) {
    this.layout = layout;
    slots = new double[layout.size()];
    strangers = new int[layout.size()];
    strangerWords = new String[layout.size()];
    Arrays.fill(strangerWords, "");
    mistyped = new int[layout.size()];
    apart = new boolean[layout.size()];
    clear();
  }

  /** Makes everything missing: the start of each event. */
  public void clear() {
    Arrays.fill(slots, Double.NaN);
    for (int i = 0; i < strangerCount; i++) {
      apart[strangers[i]] = false;
    }
    for (int i = 0; i < mistypedCount; i++) {
      apart[mistyped[i]] = false;
    }
    strangerCount = 0;
    mistypedCount = 0;
  }

  /** An event has one value of a feature: more would be counted as more events than there are. */
  private void forget(int feature) {
    slots[feature] = Double.NaN;
    if (!apart[feature]) {
      return;
    }
    apart[feature] = false;
    for (int i = strangerCount - 1; i >= 0; i--) {
      if (strangers[i] == feature) {
        strangers[i] = strangers[--strangerCount];
        strangerWords[i] = strangerWords[strangerCount];
      }
    }
    for (int i = mistypedCount - 1; i >= 0; i--) {
      if (mistyped[i] == feature) {
        mistyped[i] = mistyped[--mistypedCount];
      }
    }
  }

  /** Sets a number. In a categorical feature it is a word, in a boolean one of another type. */
  @Override
  public void number(int feature, double value) {
    forget(feature);
    FeatureKind kind = layout.kind(feature);
    if (kind == FeatureKind.NUMERIC) {
      slots[feature] = value;
    } else if (!Double.isNaN(value)) {
      if (kind == FeatureKind.BOOLEAN) {
        mistype(feature);
      } else {
        category(feature, CategoricalProfile.text(value));
      }
    }
  }

  /**
   * Sets numbers of a row that was just cleared.
   *
   * @param features where each one belongs, none twice
   * @param values NaN is missing
   * @param count how many of both arrays
   */
  public void numbers(int[] features, double[] values, int count) {
    boolean[] numeric = layout.numeric;
    for (int i = 0; i < count; i++) {
      int feature = features[i];
      if (numeric[feature]) {
        slots[feature] = values[i];
      } else {
        number(feature, values[i]);
      }
    }
  }

  /** Sets a word. In a numeric feature it is of another type. */
  @Override
  public void category(int feature, String value) {
    forget(feature);
    if (layout.kind(feature) == FeatureKind.NUMERIC) {
      mistype(feature);
      return;
    }
    String word = CategoricalProfile.word(value);
    int code = layout.code(feature, word);
    if (code >= 0) {
      slots[feature] = code;
    } else if (layout.kind(feature) == FeatureKind.BOOLEAN) {
      mistype(feature);
    } else {
      apart[feature] = true;
      strangers[strangerCount] = feature;
      strangerWords[strangerCount++] = word;
    }
  }

  /** Says that the value is of a type the feature cannot hold: an array, an object. */
  public void mistype(int feature) {
    forget(feature);
    apart[feature] = true;
    mistyped[mistypedCount++] = feature;
  }

  int strangerCount() {
    return strangerCount;
  }

  int stranger(int index) {
    return strangers[index];
  }

  String strangerWord(int index) {
    return strangerWords[index];
  }

  int mistypedCount() {
    return mistypedCount;
  }

  int mistyped(int index) {
    return mistyped[index];
  }
}
