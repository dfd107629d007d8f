package dev.runway.profile;

import java.util.Locale;
import java.util.regex.Pattern;

/** What a text without a type may be. */
final class Texts {
  /** Infinity is no number here: it has its own words. Java's suffixes and hex are none either. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,4})?");

  private static final Pattern CODE = Pattern.compile("[+-]?0\\d.*");

  private Texts() {}

  /** Whether it is a number, NaN, or infinite. */
  static boolean isNumber(String text) {
    return text.length() <= 64 && (NUMBER.matcher(text).matches() || isSpecial(text));
  }

  private static boolean isSpecial(String text) {
    String word = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "nan", "inf", "infinity" -> true;
      default -> false;
    };
  }

  /** The number of a text for which {@link #isNumber} holds. */
  static double number(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith("nan")) {
      return Double.NaN;
    }
    if (lower.contains("inf")) {
      return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return Double.parseDouble(text);
  }

  /** Whether it is a number with a leading zero, such as 00501: nobody computes with those. */
  static boolean isCode(String text) {
    return CODE.matcher(text).matches();
  }

  static boolean isTruth(String text) {
    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
  }
}
