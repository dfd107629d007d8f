package dev.runway.retraintrigger.decision;

/** What a part of a score was measured by, in words of bounded length. */
final class PartMetric {
  private static final int MAX_CHARS = 128;

  private PartMetric() {}

  /** The words, or as many of them as there is room for; no character is halved. */
  static String of(String text) {
    if (text.length() <= MAX_CHARS) {
      return text;
    }
    boolean halved = Character.isHighSurrogate(text.charAt(MAX_CHARS - 1));
    return text.substring(0, halved ? MAX_CHARS - 1 : MAX_CHARS);
  }
}
