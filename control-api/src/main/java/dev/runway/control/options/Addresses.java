package dev.runway.control.options;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses that requests of ours may go to. */
final class Addresses {
  private Addresses() {}

  /** What is wrong with an address; null when nothing is. */
  static @Nullable String complaint(String text) {
    String wrong = "must be http or https, with a host and without user and fragment";
    try {
      URI uri = URI.create(text);
      boolean good =
          List.of("http", "https").contains(String.valueOf(uri.getScheme()))
              && uri.getHost() != null
              && uri.getUserInfo() == null
              && uri.getFragment() == null;
      return good ? null : wrong;
    } catch (IllegalArgumentException e) {
      return wrong;
    }
  }

  /** Whether what is sent there can be read on its way. */
  static boolean isPlain(URI uri) {
    return "http".equals(uri.getScheme());
  }
}
