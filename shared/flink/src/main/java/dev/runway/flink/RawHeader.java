package dev.runway.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * One header of a record that is worth carrying.
 *
 * @param value at most {@link #MAX_BYTES}
 */
public record RawHeader(String name, byte[] value) {
  /** Headers kept of one record. */
  public static final int MAX_COUNT = 8;

  /** Characters of a name; longer ones are nobody's of ours. */
  public static final int MAX_NAME = 64;

  /** Bytes of one value; W3C allows 55 for traceparent. */
  public static final int MAX_BYTES = 256;

  private static final String OURS = "runway-";
  private static final String TRACE = "traceparent";

  /** Whether a header is Runway's own or the trace's, and small enough to carry. */
  static boolean isKept(Header header) {
    String name = header.key();
    return name.length() <= MAX_NAME
        && (name.startsWith(OURS) || name.equals(TRACE))
        && header.value() != null
        && header.value().length <= MAX_BYTES;
  }

  static List<RawHeader> of(Headers headers) {
    List<RawHeader> kept = List.of();
    for (Header header : headers) {
      if (isKept(header) && kept.size() < MAX_COUNT) {
        if (kept.isEmpty()) {
          kept = new ArrayList<>(2);
        }
        kept.add(new RawHeader(header.key(), header.value()));
      }
    }
    return kept;
  }
}
