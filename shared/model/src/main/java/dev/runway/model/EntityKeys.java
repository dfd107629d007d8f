package dev.runway.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes keys of ids: the first half of HMAC-SHA256 of the UTF-8 text (RFC 2104, truncated as its
 * section 5 allows). Of the same secret the same id has the same key, and two ids share one with a
 * chance of 2^-128.
 *
 * <p>One object for each thread: it reuses its state.
 */
public final class EntityKeys {
  private static final String ALGORITHM = "HmacSHA256";

  /** As many as the key has; a shorter secret is easier to find than a key. */
  private static final int LEAST_SECRET_BYTES = 16;

  /** Between parts of what is hashed together: no id has it. */
  private static final byte SEPARATOR = 0;

  private final Mac mac;
  private final byte[] hash;
  private final ByteBuffer numbers;

  private EntityKeys(Mac mac) {
    this.mac = mac;
    this.hash = new byte[mac.getMacLength()];
    this.numbers = ByteBuffer.wrap(hash);
  }

  /**
   * Keys by a secret.
   *
   * @param secret at least 16 bytes
   * @throws IllegalArgumentException if it is shorter
   */
  public static EntityKeys of(byte[] secret) {
    if (secret.length < LEAST_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "the secret of subjects' keys has "
              + secret.length
              + " bytes: 16 at least, such as `openssl rand -base64 24` prints");
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      return new EntityKeys(mac);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /**
   * Keys by the secret in a file, without white space around it.
   *
   * @throws IOException naming the file, if it cannot be read
   * @throws IllegalArgumentException if the secret is too short
   */
  public static EntityKeys read(Path file) throws IOException {
    String secret;
    try {
      secret = Files.readString(file).strip();
    } catch (IOException e) {
      throw new IOException("cannot read the secret of subjects' keys from " + file, e);
    }
    return of(secret.getBytes(StandardCharsets.UTF_8));
  }

  /** The key of a subject. */
  public EntityKey of(String entityId) {
    mac.update(entityId.getBytes(StandardCharsets.UTF_8));
    return finish();
  }

  /** The key of a prediction: by it a deleted one is known again, and not by its id. */
  public EntityKey ofPrediction(String modelId, String predictionId) {
    mac.update(modelId.getBytes(StandardCharsets.UTF_8));
    mac.update(SEPARATOR);
    mac.update(predictionId.getBytes(StandardCharsets.UTF_8));
    return finish();
  }

  private EntityKey finish() {
    try {
      mac.doFinal(hash, 0);
    } catch (ShortBufferException e) {
      throw new IllegalStateException("the buffer is as long as the hash", e);
    }
    return new EntityKey(numbers.getLong(0), numbers.getLong(Long.BYTES));
  }
}
