package dev.runway.model;

import java.nio.charset.StandardCharsets;

/**
 * Keys of compacted topics that are made of several parts: everything under one key but the newest
 * record is deleted, so two things must never share one.
 */
final class RecordKey {
  private RecordKey() {}

  /** The parts with a bar between them; a bar or percent sign inside a part is written %7C, %25. */
  static byte[] of(String... parts) {
    StringBuilder key = new StringBuilder();
    for (String part : parts) {
      if (!key.isEmpty()) {
        key.append('|');
      }
      key.append(part.replace("%", "%25").replace("|", "%7C"));
    }
    return key.toString().getBytes(StandardCharsets.UTF_8);
  }
}
