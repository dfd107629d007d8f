package dev.runway.control.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Entity tags: the revision of what they stand for, in quotes. */
final class Etag {
  private static final Pattern FORM = Pattern.compile("\"(\\d{1,18})\"");

  /** Of a request that takes any revision: {@code If-Match: *}. */
  private static final long ANY = -1;

  private Etag() {}

  static String of(long revision) {
    return "\"" + revision + "\"";
  }

  /**
   * Holds what a change was based on against what is there.
   *
   * @throws Problem 428 without a header, 412 if it names another revision
   */
  static void require(@Nullable String ifMatch, long current) {
    if (ifMatch == null) {
      throw Problem.preconditionMissing();
    }
    long based = parse(ifMatch);
    if (based != ANY && based != current) {
      throw Problem.changed(
          "it is " + of(current) + " now, and this change was based on " + ifMatch);
    }
  }

  private static long parse(String ifMatch) {
    String text = ifMatch.strip();
    if (text.equals("*")) {
      return ANY;
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw Problem.parameter("header", "If-Match", "one ETag of this API is due, such as \"7\"");
    }
    return Long.parseLong(matcher.group(1));
  }
}
