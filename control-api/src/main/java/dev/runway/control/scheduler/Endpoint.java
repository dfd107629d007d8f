package dev.runway.control.scheduler;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where a scheduler is, and addresses below that. */
record Endpoint(URI base) {
  /** The address of a path; each segment is one, whatever is in it. */
  URI at(String... segments) {
    StringBuilder path = new StringBuilder(base.toString().replaceFirst("/+$", ""));
    for (String segment : segments) {
      path.append('/').append(encoded(segment));
    }
    return URI.create(path.toString());
  }

  /** The same, with a query as it stands. */
  static URI with(URI uri, String query) {
    return URI.create(uri + "?" + query);
  }

  private static String encoded(String segment) {
    String encoded = URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    // A segment of dots alone would lead elsewhere.
    return encoded.matches("[.]+") ? encoded.replace(".", "%2E") : encoded;
  }
}
