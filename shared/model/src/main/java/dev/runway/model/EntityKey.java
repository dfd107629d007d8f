package dev.runway.model;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * What stands for a subject's id wherever Runway keeps something of that subject: 128 bits that
 * {@link EntityKeys} makes of the id with a secret. Without the secret nobody can tell whose it is,
 * not even by trying all ids.
 *
 * @param high its first 8 bytes
 * @param low its last 8 bytes
 */
public record EntityKey(long high, long low) {
  /** Length in bytes. */
  public static final int BYTES = 16;

  /**
   * The key of these bytes.
   *
   * @param bytes of length {@value #BYTES}
   * @throws IllegalArgumentException if they are more or fewer
   */
  public static EntityKey of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a key has 16 bytes, found " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new EntityKey(buffer.getLong(), buffer.getLong());
  }

  /**
   * The key of 32 hexadecimal digits.
   *
   * @throws IllegalArgumentException if they are something else
   */
  public static EntityKey ofHex(String digits) {
    try {
      return of(HexFormat.of().parseHex(digits));
    } catch (IllegalArgumentException e) {
      // What was given may be the id itself: it is not repeated.
      throw new IllegalArgumentException("a subject's key is 32 hexadecimal digits", e);
    }
  }

  /** Its bytes, {@value #BYTES} of them. */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  /** 32 hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }

  @Override
  public String toString() {
    return hex();
  }
}
