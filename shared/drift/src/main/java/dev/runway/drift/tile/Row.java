package dev.runway.drift.tile;

import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.Values;
import java.util.Arrays;

/**
 * The values of one event in the profile's order; made once and used again. What is not set is
 * missing.
 *
 * <p>A slot holds the number, or the code of the word. Words outside of the vocabulary and values
 * of another type stand apart. Costs no allocation in steady state, but for numbers that are words.
 */
public final class Row implements Values {

  private final TileLayout layout;
  final double[] slots;

  /** Features whose word is outside of the vocabulary, with it. */
  private final int[] strangers;

  private final String[] strangerWords;
  private int strangerCount;

  private final int[] mistyped;
  private int mistypedCount;

  Row(TileLayout layout) {
    this.layout = layout;
    slots = new double[layout.size()];
    strangers = new int[layout.size()];
    strangerWords = new String[layout.size()];
    Arrays.fill(strangerWords, "");
    mistyped = new int[layout.size()];
    clear();
  }

  /** Makes everything missing: the start of each event. */
  public void clear() {
    Arrays.fill(slots, Double.NaN);
    strangerCount = 0;
    mistypedCount = 0;
  }

  /** Sets a number. In a categorical feature it is a word, in a boolean one of another type. */
  @Override
  public void number(int feature, double value) {
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

  /** Sets a word. In a numeric feature it is of another type. */
  @Override
  public void category(int feature, String value) {
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
    } else if (strangerCount < strangers.length) {
      strangers[strangerCount] = feature;
      strangerWords[strangerCount++] = word;
    }
  }

  /** Says that the value is of a type the feature cannot hold: an array, an object. */
  public void mistype(int feature) {
    if (mistypedCount < mistyped.length) {
      mistyped[mistypedCount++] = feature;
    }
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
