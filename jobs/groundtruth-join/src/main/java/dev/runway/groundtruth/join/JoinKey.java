package dev.runway.groundtruth.join;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code (model id, prediction id)} in as few bytes as keep both exact.
 *
 * <p>The prediction id comes first, so that ids which rise with time (UUIDv7, ULID) keep RocksDB
 * close to time order. A canonical UUID or ULID takes 17 bytes in place of 37 or 27.
 *
 * <p>Layout: tag, id, model id in ASCII. Tag {@code 1} is a lower-case UUID and {@code 2} an
 * upper-case ULID, each 16 bytes big-endian; tag {@code 0} is any other id in ASCII and a zero
 * byte, which no id contains. This layout is the key of stored state and never changes.
 */
public final class JoinKey {
  private static final byte TEXT = 0;
  private static final byte UUID_BYTES = 1;
  private static final byte ULID_BYTES = 2;
  private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  /** Stands where the key is known from elsewhere. */
  public static final JoinKey NONE = new JoinKey(new byte[0]);

  private final byte[] bytes;
  private final int hash;

  private JoinKey(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /** The key of a prediction. Both ids are printable ASCII, as the codecs make sure. */
  public static JoinKey of(String modelId, String predictionId) {
    byte[] id = idBytes(predictionId);
    byte[] bytes = Arrays.copyOf(id, id.length + modelId.length());
    ascii(modelId, bytes, id.length);
    return new JoinKey(bytes);
  }

  /** The key in stored or shipped form. */
  public static JoinKey ofBytes(byte[] bytes) {
    return new JoinKey(bytes);
  }

  /** The stored form; not to be changed by the caller. */
  public byte[] bytes() {
    return bytes;
  }

  public String modelId() {
    int start = modelStart();
    return new String(bytes, start, bytes.length - start, StandardCharsets.US_ASCII);
  }

  public String predictionId() {
    return switch (bytes[0]) {
      case UUID_BYTES -> {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, 16);
        yield new UUID(buffer.getLong(), buffer.getLong()).toString();
      }
      case ULID_BYTES -> ulidText();
      default -> new String(bytes, 1, modelStart() - 2, StandardCharsets.US_ASCII);
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JoinKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return modelId() + "|" + predictionId();
  }

  private int modelStart() {
    if (bytes[0] != TEXT) {
      return 17;
    }
    int at = 1;
    while (bytes[at] != 0) {
      at++;
    }
    return at + 1;
  }

  private static byte[] idBytes(String id) {
    if (isCanonicalUuid(id)) {
      UUID uuid = UUID.fromString(id);
      return ByteBuffer.allocate(17)
          .put(UUID_BYTES)
          .putLong(uuid.getMostSignificantBits())
          .putLong(uuid.getLeastSignificantBits())
          .array();
    }
    if (isCanonicalUlid(id)) {
      return ulidBytes(id);
    }
    byte[] bytes = new byte[id.length() + 2];
    bytes[0] = TEXT;
    ascii(id, bytes, 1);
    return bytes;
  }

  private static void ascii(String text, byte[] into, int from) {
    for (int i = 0; i < text.length(); i++) {
      into[from + i] = (byte) text.charAt(i);
    }
  }

  private static boolean isCanonicalUuid(String id) {
    if (id.length() != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      char c = id.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (dash ? c != '-' : !hex) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCanonicalUlid(String id) {
    // 26 digits of 5 bits are 130: the first digit holds only 3, so it is at most 7.
    if (id.length() != 26 || id.charAt(0) > '7') {
      return false;
    }
    for (int i = 0; i < 26; i++) {
      if (CROCKFORD.indexOf(id.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ulidBytes(String id) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < 26; i++) {
      high = (high << 5) | (low >>> 59);
      low = (low << 5) | CROCKFORD.indexOf(id.charAt(i));
    }
    return ByteBuffer.allocate(17).put(ULID_BYTES).putLong(high).putLong(low).array();
  }

  private String ulidText() {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, 16);
    long high = buffer.getLong();
    long low = buffer.getLong();
    char[] text = new char[26];
    for (int i = 25; i >= 0; i--) {
      text[i] = CROCKFORD.charAt((int) (low & 31));
      low = (low >>> 5) | (high << 59);
      high >>>= 5;
    }
    return new String(text);
  }
}
