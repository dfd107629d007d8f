package dev.runway.model;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Ids that are made from their cause alone, so that a replay, a restart or a second copy of a job
 * gives the same: UUIDs of version 5 (RFC 9562).
 */
final class CauseId {
  private static final UUID NAMESPACE = UUID.fromString("3b5c1f0e-6a1d-5f0b-9a55-0c3f8f6f2d11");

  private CauseId() {}

  /** The id of what the parts say, in their order. */
  static UUID of(String... parts) {
    MessageDigest sha1 = sha1();
    sha1.update(
        ByteBuffer.allocate(16)
            .putLong(NAMESPACE.getMostSignificantBits())
            .putLong(NAMESPACE.getLeastSignificantBits())
            .array());
    ByteBuffer hash = ByteBuffer.wrap(sha1.digest(RecordKey.of(parts)));
    long most = (hash.getLong() & 0xFFFFFFFFFFFF0FFFL) | 0x0000000000005000L;
    long least = (hash.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(most, least);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
